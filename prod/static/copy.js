// Buttons that copy: the curl snippet, and every hash of the page in full.
async function copy(element, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(element.textContent);
    button.textContent = "Copied";
  } catch {
    // Away from localhost the clipboard needs HTTPS; select, so that Ctrl+C does it.
    getSelection().selectAllChildren(element);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy), button));
}

for (const hash of document.querySelectorAll("dd > .hash")) {
  if (hash.textContent.length < 40) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${hash.closest("div").querySelector("dt").textContent}`);
  button.addEventListener("click", () => copy(hash, button));
  hash.after(button);
}
