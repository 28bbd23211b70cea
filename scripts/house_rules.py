# SPDX-License-Identifier: Apache-2.0
"""Holds the code to the house's own bar: size, headers, docstrings, and rooms entered by the front door only."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# SPDX-License-Identifier: Apache-2.0\n"
LONGEST_FUNCTION, LONGEST_FILE = 80, 500
MEDIAN_FUNCTION, NINE_IN_TEN_FUNCTION = 10, 30
LEAST_TEST_SHARE = 0.95
"""Lines of test to a line of source. The house wants about 1, and this may only rise."""
LARGEST_FILE_BYTES = 15 * 2**20
FOREIGN_TEXT = tuple("/".join(("", *parts)) for parts in (("work", ""), ("root", ""), ("opt", "pypi")))
"""Paths of somebody's own machine, which have no business in the repository."""
MERGE_MARKS = (b"<" * 7 + b" ", b">" * 7 + b" ")
"""How git marks what two sides changed and nobody has chosen between yet."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked(suffix: str = "") -> list[Path]:
    """The files that git knows, or would take on `git add`, with this ending."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name.endswith(suffix) and name)
    return sorted(path for path in paths if path.is_file())


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method of a module, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end; decorators and the docstring are not counted."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None and first.end_lineno is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def file_faults(path: Path, text: str, tree: ast.Module) -> Iterator[str]:
    """What is wrong with one Python file, one sentence each."""
    name = path.relative_to(ROOT)
    if not text:
        return
    if not text.startswith(HEADER):
        yield f"{name}: the first line must be {HEADER.strip()!r}"
    if ast.get_docstring(tree) is None:
        yield f"{name}: a module starts with one sentence on what it is for"
    if text.count("\n") > LONGEST_FILE:
        yield f"{name}: {text.count(chr(10))} lines, at most {LONGEST_FILE}"
    for function in functions(tree):
        if length(function) > LONGEST_FUNCTION:
            yield f"{name}:{function.lineno}: {function.name} has {length(function)} lines, at most {LONGEST_FUNCTION}"


def test_faults(path: Path, tree: ast.Module) -> Iterator[str]:
    """Tests that do not say in one sentence what they show."""
    for function in functions(tree):
        if function.name.startswith("test_") and ast.get_docstring(function) is None:
            yield f"{path.relative_to(ROOT)}:{function.lineno}: {function.name} has no docstring"


def room_of(module: str) -> str | None:
    """The room that a dotted module name lies in, or None for what is not ours or stands at the top."""
    parts = module.split(".")
    return parts[1] if parts[0] == "wayside" and len(parts) > 1 else None


def is_front_door(module: str) -> bool:
    """Whether a dotted name of ours is a room, or a room within a room: something with an `__init__`."""
    return (ROOT / "src" / Path(*module.split(".")) / "__init__.py").is_file()


def room_faults(path: Path, tree: ast.Module) -> Iterator[str]:
    """Imports that reach past another room's `__init__`."""
    inside = path.relative_to(ROOT / "src" / "wayside").parts[0]
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if room_of(name) not in {None, inside} and name.count(".") > 1 and not is_front_door(name):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: imports {name}, beyond the front door of that room"


def size_faults(source: dict[Path, ast.Module], lines: int, test_lines: int) -> Iterator[str]:
    """The figures that hold over all the source together."""
    lengths = sorted(length(function) for tree in source.values() for function in functions(tree))
    median, ninth = statistics.median(lengths), lengths[int(len(lengths) * 0.9)]
    share = test_lines / lines
    print(f"{len(source)} files, {len(lengths)} functions: median {median:g}, p90 {ninth}, longest {lengths[-1]}")
    print(f"{lines} lines of source, {test_lines} of test: {share:.2f}")
    if median > MEDIAN_FUNCTION:
        yield f"the median function has {median} lines, at most {MEDIAN_FUNCTION}"
    if ninth > NINE_IN_TEN_FUNCTION:
        yield f"one function in ten has {ninth} lines or more, at most {NINE_IN_TEN_FUNCTION}"
    if share < LEAST_TEST_SHARE:
        yield f"{share:.2f} lines of test to a line of source, at least {LEAST_TEST_SHARE}"


def text_faults(path: Path) -> Iterator[str]:
    """Files too large to carry for ever, and paths that exist on one machine only."""
    data = path.read_bytes()
    if len(data) > LARGEST_FILE_BYTES:
        yield f"{path.relative_to(ROOT)}: {len(data)} bytes, at most {LARGEST_FILE_BYTES}"
    if b"\0" in data[:4096]:
        return
    if any(line.startswith(MERGE_MARKS) for line in data.splitlines()):
        yield f"{path.relative_to(ROOT)}: holds the marks of a merge; choose what is meant and remove them"
    for foreign in FOREIGN_TEXT:
        if any(lead + foreign.encode() in data for lead in (b" ", b'"', b"'", b"=", b"`", b"(")):
            yield f"{path.relative_to(ROOT)}: names a path of one machine ({foreign})"


def faults() -> Iterator[str]:
    """Everything that is wrong with the checkout."""
    for path in tracked():
        yield from text_faults(path)
    source: dict[Path, ast.Module] = {}
    lines = {"src": 0, "tests": 0}
    for path in tracked(".py"):
        text = path.read_text(encoding="utf-8")
        tree, top = ast.parse(text), path.relative_to(ROOT).parts[0]
        yield from file_faults(path, text, tree)
        if top in lines:
            lines[top] += text.count("\n")
        if top == "src":
            source[path] = tree
            yield from room_faults(path, tree)
        if top == "tests":
            yield from test_faults(path, tree)
    yield from size_faults(source, lines["src"], lines["tests"])


def main() -> int:
    """Prints each fault; 1 where there is any."""
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
