// Passkeys. Forms with data-passkey="get" or "create" are shown where the browser can, and filled by the device.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function opened({ publicKey }) {
  const withId = (key) => ({ ...key, id: bytes(key.id) });
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (publicKey[list]) options[list] = publicKey[list].map(withId);
  }
  return { publicKey: options };
}

function closed(credential) {
  const { response } = credential;
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

// A passkey stays in the device and asks for the person: both are asked for here and checked by the server.
function asPasskey(options) {
  options.publicKey.authenticatorSelection = {
    ...options.publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return options;
}

async function optionsFor(form) {
  if (!form.dataset.ask) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return (await answer.json()).request_options;
}

async function fill(form) {
  const options = opened(await optionsFor(form));
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create(asPasskey(options))
    : await navigator.credentials.get(options);
  form.elements.credential.value = closed(credential);
}

// `send` is given where the form lives in a veil over a page and must not leave it.
export function prepare(form, send = (ready) => ready.submit()) {
  if (!window.PublicKeyCredential || form.dataset.ready) return;
  form.dataset.ready = "true";
  form.hidden = false;
  for (const instead of document.querySelectorAll("[data-no-passkey]")) instead.hidden = true;
  const trouble = form.querySelector("[data-trouble]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    trouble.hidden = true;
    try {
      await fill(form);
      send(form);
    } catch (error) {
      console.warn(error.name);
      trouble.textContent = gettextOr("Nothing was changed. Try again, or take another way.");
      trouble.hidden = false;
    }
  });
}

const gettextOr = (words) => (typeof gettext === "function" ? gettext(words) : words);

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
