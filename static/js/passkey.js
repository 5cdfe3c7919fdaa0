// Passkeys. Forms with data-passkey="get" or "create" are shown where the browser can, and filled by the device.

/** @param {string} text base64url */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

/** @param {ArrayBuffer | null | undefined} buffer */
const text = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** @typedef {{ id: string }} Key */

/** What the server wrote, as the browser wants it. @param {{ publicKey: any }} written */
function opened({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (publicKey[list]) options[list] = publicKey[list].map((/** @type {Key} */ key) => ({ ...key, id: bytes(key.id) }));
  }
  return { publicKey: options };
}

/** What the device answered, as the server reads it. @param {PublicKeyCredential} credential */
function closed(credential) {
  const response = /** @type {any} */ (credential.response);
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.(),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  });
}

/**
 * A passkey stays in the device and asks for the person: both are asked for here and checked by the server.
 * @param {{ publicKey: PublicKeyCredentialCreationOptions }} options
 */
function asPasskey(options) {
  options.publicKey.authenticatorSelection = {
    ...options.publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return options;
}

/** @param {HTMLFormElement} form */
async function optionsFor(form) {
  if (!form.dataset.ask) return JSON.parse(document.getElementById("passkey-options")?.textContent ?? "");
  const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return (await answer.json()).request_options;
}

/** @param {HTMLFormElement} form */
async function fill(form) {
  const options = opened(await optionsFor(form));
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create(asPasskey(options))
    : await navigator.credentials.get(options);
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
  input.value = closed(/** @type {PublicKeyCredential} */ (credential));
}

/**
 * `send` is given where the form lies in a veil over a page that must not be left.
 * @param {HTMLFormElement} form
 * @param {(form: HTMLFormElement) => void} [send]
 */
export function prepare(form, send = (ready) => ready.submit()) {
  if (!window.PublicKeyCredential || form.dataset.ready) return;
  form.dataset.ready = "true";
  form.hidden = false;
  for (const instead of document.querySelectorAll("[data-no-passkey]")) instead.setAttribute("hidden", "");
  const trouble = form.querySelector("[data-trouble]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    trouble?.setAttribute("hidden", "");
    try {
      await fill(form);
      send(form);
    } catch (error) {
      console.warn("passkey", /** @type {Error} */ (error).name);
      trouble?.removeAttribute("hidden");
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(/** @type {HTMLFormElement} */ (form));
