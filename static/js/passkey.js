// Buttons that ask a device for a passkey, by allauth's scripts, and in words what went wrong.
//
// `data-passkey` of a button names what is done with it; its form holds the field `credential` that takes the answer.
// What has `data-passkey-way` is of no use without scripts, and shown by this one.

const BUTTON_OF = { addForm: "add", authenticateForm: "authenticate", loginForm: "login" };

const way = document.querySelector("[data-passkey-way]");
const failed = document.querySelector("[data-passkey-failed]");

for (const button of document.querySelectorAll("[data-passkey]")) {
  const { passkey } = button.dataset;
  const { credential, passwordless } = button.form.elements;
  const ids = { [BUTTON_OF[passkey]]: button.id, credential: credential.id, passwordless: passwordless?.id };
  if (document.getElementById("passkey-data")) ids.data = "passkey-data";
  window.allauth.webauthn.forms[passkey]({ ids });
  button.addEventListener("click", () => {
    failed.hidden = true;
  });
}
if (way) way.hidden = false;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  failed.hidden = false;
});
