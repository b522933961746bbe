// Buttons that ask a device for a passkey by allauth's scripts. `data-passkey` names what is done with it; the field
// `credential` of the form takes the answer. `data-passkey-way` is shown by this script, as it needs one.

const BUTTON_OF = { addForm: "add", authenticateForm: "authenticate", loginForm: "login" };

const way = document.querySelector("[data-passkey-way]");
const failed = document.querySelector("[data-passkey-failed]");

for (const button of document.querySelectorAll("[data-passkey]")) {
  const { passkey } = button.dataset;
  const { credential, passwordless } = button.form.elements;
  const fields = { credential: credential.id, passwordless: passwordless?.id, data: "passkey-data" };
  window.allauth.webauthn.forms[passkey]({ ids: { [BUTTON_OF[passkey]]: button.id, ...fields } });
  button.addEventListener("click", () => {
    failed.hidden = true;
  });
}
if (way) way.hidden = false;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  failed.hidden = false;
});
