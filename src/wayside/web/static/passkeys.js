// SPDX-License-Identifier: Apache-2.0
// Passkeys: asks the browser for one, or to make one, and sends its answer; without support the buttons stay hidden.

const supported = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

/** Sends a form and returns what came back as JSON; throws with the sentence of the problem. */
async function send(address, fields = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "X-CSRF-Token": document.body.dataset.csrf },
    body: new URLSearchParams(fields),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.fault ?? answer.detail);
  return answer;
}

async function signIn() {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await send("/sign-in/passkey/options"));
  const credential = await navigator.credentials.get({ publicKey });
  location.assign((await send("/sign-in/passkey", { credential: JSON.stringify(credential) })).to);
}

async function register(form) {
  const label = new FormData(form).get("label");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await send("/account/passkeys/options"));
  const credential = await navigator.credentials.create({ publicKey });
  location.assign((await send("/account/passkeys", { credential: JSON.stringify(credential), label })).to);
}

/** Does it, and shows what went wrong. */
async function attempt(deed) {
  const fault = document.querySelector("[data-passkey-fault]");
  fault.hidden = true;
  try {
    await deed();
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  }
}

if (supported) {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
  document.querySelector('[data-passkey="sign-in"]')?.addEventListener("click", () => attempt(signIn));
  document.querySelector('[data-passkey="register"]')?.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => register(event.target));
  });
}
