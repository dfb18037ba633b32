// Sends pictures one after the other, so that they stand as they were chosen. Each has a row that
// tells how it goes; what could not be sent is kept, and sent again.
"use strict";

const section = document.getElementById("pictures");
const rows = document.getElementById("picture-uploads");
const template = document.getElementById("picture-upload");
const texts = template.dataset;
const MOST_BYTES = 20 * 2 ** 20;
// Seconds before it is sent again by itself.
const PAUSES = [1, 4, 10, 30];
const LONGEST = 60;
// No answer, too many at once, and what stands between or behind does not answer.
const PASSING = [0, 429, 502, 503, 504];

const unsent = [];
const pausing = new Set();
let sending = null;

class Upload {
  constructor(name, form, field, value) {
    Object.assign(this, { name, form, field, value, tries: 0 });
    this.row = template.content.firstElementChild.cloneNode(true);
    this.bar = this.row.querySelector("progress");
    this.again = this.row.querySelector(".upload__again");
    this.row.querySelector(".upload__name").textContent = name;
    this.bar.setAttribute("aria-label", name);
    this.again.addEventListener("click", () => {
      this.tries = 0;
      queue(this);
    });
    this.row.querySelector(".upload__drop").addEventListener("click", () => drop(this));
    rows.append(this.row);
  }

  // `percent` is null while nobody knows, and undefined where nothing goes on.
  say(text, percent) {
    this.row.querySelector(".upload__said").textContent = text;
    this.row.classList.remove("upload--wrong");
    this.again.hidden = true;
    this.bar.hidden = percent === undefined;
    if (percent === null) this.bar.removeAttribute("value");
    else this.bar.value = percent ?? 0;
  }

  fail(text, again) {
    this.say(text);
    this.row.classList.add("upload--wrong");
    this.again.hidden = !again;
    hear(`${this.name}: ${text}`);
  }
}

function hear(text) {
  document.getElementById("changed").textContent = text;
}

function queue(upload) {
  upload.say(texts.queued, 0);
  unsent.push(upload);
  next();
}

function next() {
  if (sending || !unsent.length) return;
  sending = unsent.shift();
  send(sending);
}

function send(upload) {
  const body = new FormData(upload.form);
  body.delete("files");
  body.set(upload.field, upload.value);
  const request = (upload.request = new XMLHttpRequest());
  request.open("POST", upload.form.action);
  request.setRequestHeader("HX-Request", "true");
  const isFile = upload.value instanceof File;
  upload.say(isFile ? fill(texts.sending, { percent: 0 }) : texts.fetching, isFile ? 0 : null);
  if (isFile) {
    request.upload.addEventListener("progress", (event) => {
      const percent = Math.floor((100 * event.loaded) / event.total);
      upload.say(fill(texts.sending, { percent }), percent);
    });
    request.upload.addEventListener("load", () => upload.say(texts.checking, null));
  }
  request.addEventListener("loadend", () => {
    sending = null;
    if (upload.row.isConnected) end(upload, request);
    next();
  });
  request.send(body);
}

function end(upload, request) {
  if (request.status === 200) arrive(upload, answerOf(request));
  else if (PASSING.includes(request.status)) pause(upload, Number(request.getResponseHeader("Retry-After")));
  else upload.fail(reason(answerOf(request)) || texts.refused, ![413, 422].includes(request.status));
}

// What somebody else answers in the shop's place may be no HTML.
function answerOf(request) {
  const html = request.getResponseHeader("Content-Type")?.startsWith("text/html");
  return new DOMParser().parseFromString(html ? request.responseText : "", "text/html");
}

function reason(answer) {
  return answer.querySelector(".picture-refusals__reason, .field__error, .notice span")?.textContent.trim();
}

// The answer has all pictures of the book: what is not here yet is new.
function arrive(upload, answer) {
  const fresh = [...answer.querySelectorAll(".picture")].filter((tile) => !document.getElementById(tile.id));
  for (const tile of fresh) {
    section.querySelector(".pictures").append(tile);
    htmx.process(tile);
  }
  if (!fresh.length) {
    upload.say(texts.known);
    hear(`${upload.name}: ${texts.known}`);
    return;
  }
  upload.row.remove();
  hear(fill(texts.added, { name: upload.name }));
  htmx.trigger("#pictures-progress", "watch");
}

function pause(upload, asked) {
  const seconds = Math.min(Math.max(PAUSES[upload.tries], asked || 0), LONGEST);
  if (upload.tries++ >= PAUSES.length) {
    upload.fail(texts.unanswered, true);
    return;
  }
  upload.say(fill(texts.pausing, { seconds }), 0);
  pausing.add(upload);
  setTimeout(() => {
    if (pausing.delete(upload)) queue(upload);
  }, 1000 * seconds);
}

function drop(upload) {
  const place = [...rows.children].indexOf(upload.row);
  pausing.delete(upload);
  if (unsent.includes(upload)) unsent.splice(unsent.indexOf(upload), 1);
  upload.row.remove();
  if (sending === upload) upload.request.abort();
  const near = rows.children[Math.min(place, rows.children.length - 1)];
  (near?.querySelector(".upload__drop") ?? document.getElementById("files")).focus();
}

function fill(text, values) {
  return Object.entries(values).reduce((filled, [name, value]) => filled.replace(`{${name}}`, () => value), text);
}

section.addEventListener("pictures:chosen", (event) => {
  const { files = [], address } = event.detail;
  for (const file of files) {
    const upload = new Upload(file.name, document.getElementById("picture-files"), "files", file);
    // The shop looks at it all the same; this only spares the way.
    if (file.size > MOST_BYTES) upload.fail(texts.large, false);
    else queue(upload);
  }
  if (address) queue(new Upload(address, document.getElementById("picture-address"), "url", address));
});

window.addEventListener("beforeunload", (event) => {
  if (sending || unsent.length || pausing.size) event.preventDefault();
});
