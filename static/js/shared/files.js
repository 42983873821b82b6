// Files of a form: chosen, dropped or pasted, each goes ahead of it at once, and
// shows how far it is. Without this file they go with the form.
(() => {
  "use strict";

  // Files on their way, by request; and the button of a form that was pressed meanwhile.
  const sending = new Map();
  const pressed = new Map();

  const fieldOf = (target) => target?.closest?.("form")?.querySelector("[data-files]");

  const line = (field, ...children) => {
    const item = document.createElement("li");
    item.className = "attached";
    item.append(...children);
    field.querySelector("[data-attached]").append(item);
    return item;
  };

  // What goes does not take the focus along: that goes to where files are chosen, and goes
  // first, since a note shows this only while the focus is in it.
  const leave = (item, ...heirs) => {
    const input = item.closest("form")?.querySelector("input[type=file]");
    if (item.contains(document.activeElement)) input?.focus();
    item.replaceWith(...heirs);
  };

  const text = (words, className) =>
    Object.assign(document.createElement("span"), { textContent: words, className });

  const refuse = (field, words) => {
    const close = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button is-quiet",
      textContent: "OK",
    });
    const said = text(words, "file-problem");
    said.setAttribute("role", "alert");
    const item = line(field, said, close);
    close.addEventListener("click", () => leave(item));
  };

  // A page that comes anew may have taken the file along into another form.
  const isWaiting = (form) => [...sending.values()].some((item) => form.contains(item));

  // What the press waits for, or that it waits no more, is said among the files.
  const say = (form, words) => {
    const field = form.querySelector("[data-files]");
    let said = field.querySelector(".files-waiting");
    if (!said) {
      said = Object.assign(document.createElement("p"), { className: "files-waiting muted small" });
      said.setAttribute("role", "status");
      field.append(said);
    }
    said.textContent = words;
  };
  const sayWaiting = (form) => {
    const items = [...sending.values()].filter((item) => form.contains(item));
    const names = items.map((item) => item.firstChild.textContent).join(", ");
    say(form, `Sends when ${names} ${items.length === 1 ? "has" : "have"} arrived.`);
  };
  // Answers the button, if there was a press.
  const callOff = (form, words = "") => {
    if (!pressed.has(form)) return undefined;
    const button = pressed.get(form);
    pressed.delete(form);
    button?.removeAttribute("aria-busy");
    say(form, words);
    return button;
  };

  const settle = (form) => {
    if (isWaiting(form)) {
      if (pressed.has(form)) sayWaiting(form);
      return;
    }
    const button = callOff(form);
    if (button !== undefined && form.isConnected) form.requestSubmit(button);
  };

  const send = (field, file) => {
    let form = field.closest("form");
    const { most, megabytes } = field.dataset;
    if (field.querySelectorAll(".attached").length >= Number(most)) {
      return refuse(field, `A message takes ${most} files at most.`);
    }
    if (file.size > Number(megabytes) * 1024 * 1024) {
      return refuse(field, `${file.name} is larger than ${megabytes} MB.`);
    }
    const request = new XMLHttpRequest();
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    bar.setAttribute("aria-label", `Sending ${file.name}`);
    const stop = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button is-quiet",
      textContent: "Remove",
    });
    stop.setAttribute("aria-label", `Remove ${file.name}`);
    stop.addEventListener("click", () => request.abort());
    const item = line(field, text(file.name, "one-line"), bar, stop);
    const ends = () => {
      form = item.closest("form") ?? form;
      sending.delete(request);
    };
    const failed = (words) => {
      ends();
      leave(item);
      callOff(form, "Not sent. Press the button again to send without that file.");
      if (words) refuse(form.querySelector("[data-files]"), words);
    };
    request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (loaded / total) * 100));
    request.addEventListener("load", () => {
      const arrived = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("li");
      ends();
      if (request.status === 200 && arrived) {
        leave(item, document.adoptNode(arrived));
        form.querySelector("[data-files-said]").textContent = `${file.name} attached`;
      } else if ([422, 429].includes(request.status)) failed(request.responseText);
      else failed(`${file.name} could not be sent. Load the page again, and try once more.`);
    });
    request.addEventListener("error", () => failed(`${file.name} could not be sent. Is there a connection?`));
    request.addEventListener("abort", () => failed(""));
    request.addEventListener("loadend", () => settle(form));
    const body = new FormData();
    const workspace = form.elements.namedItem("workspace");
    if (workspace) body.append("workspace", workspace.value);
    body.append("file", file);
    sending.set(request, item);
    request.open("POST", field.dataset.files);
    // A chat in a frame adds who its visitor is.
    field.dispatchEvent(new CustomEvent("baton:file", { bubbles: true, detail: request }));
    request.send(body);
  };

  const sendAll = (field, files) => {
    for (const file of files) send(field, file);
  };

  document.addEventListener("change", ({ target }) => {
    const field = fieldOf(target);
    if (!field) return;
    if (target.type === "file") {
      sendAll(field, [...target.files]);
      // They are on their way: the form itself takes none along.
      target.value = "";
    } else if (target.name === "attached" && !target.checked) {
      leave(target.closest("li"));
    }
  });

  // Whoever writes on has not finished.
  document.addEventListener("input", ({ target }) => {
    if (!target.form || target.type === "file") return;
    callOff(target.form, "Not sent yet, since you wrote on. Press the button again when you are done.");
  });

  document.addEventListener("paste", (event) => {
    const field = fieldOf(event.target);
    const files = [...(event.clipboardData?.files ?? [])];
    if (!field || files.length === 0) return;
    event.preventDefault();
    sendAll(field, files);
  });

  const isDrop = (event) => fieldOf(event.target) && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!isDrop(event)) return;
    event.preventDefault();
    event.target.closest("form").classList.add("is-dropping");
  });
  document.addEventListener("dragleave", ({ target, relatedTarget }) => {
    const form = target.closest?.("form.is-dropping");
    if (form && !form.contains(relatedTarget)) form.classList.remove("is-dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!isDrop(event)) return;
    event.preventDefault();
    event.target.closest("form").classList.remove("is-dropping");
    sendAll(fieldOf(event.target), [...event.dataTransfer.files]);
  });

  // A form waits for its files, and goes when the last one has arrived.
  document.addEventListener(
    "submit",
    (event) => {
      if (!isWaiting(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
      pressed.set(event.target, event.submitter);
      event.submitter?.setAttribute("aria-busy", "true");
      sayWaiting(event.target);
    },
    true,
  );
})();
