// A file that is chosen fills the text beside it; without script it is pasted.
for (const field of document.querySelectorAll("[data-file-for]")) {
  field.hidden = false;
  field.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) document.getElementById(field.dataset.fileFor).value = await file.text();
  });
}
