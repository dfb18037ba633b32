// The pictures of a book. Without this thumbnails and pictures are links.
"use strict";

// Slides side by side, of which one is seen.
class Strip {
  constructor(part) {
    this.part = part;
    this.slides = [...part.children];
  }

  get at() {
    const width = this.slides[1] ? this.slides[1].offsetLeft - this.slides[0].offsetLeft : 1;
    return Math.round(this.part.scrollLeft / width);
  }

  show(place, behavior = "auto") {
    const left = this.slides[place].offsetLeft - this.slides[0].offsetLeft;
    this.part.scrollTo({ left, behavior });
  }
}

const gallery = document.getElementById("pictures");

if (gallery) {
  const viewer = document.getElementById("viewer");
  const small = new Strip(gallery.querySelector(".gallery__strip"));
  const large = new Strip(viewer.querySelector(".viewer__strip"));
  const thumbs = [...gallery.querySelectorAll(".gallery__thumb")];
  const told = viewer.querySelector(".viewer__place");
  const count = small.slides.length;
  // A dialog that is closed has forgotten where it was.
  let seen = 0;

  const mark = () => {
    for (const thumb of thumbs) thumb.removeAttribute("aria-current");
    thumbs[small.at]?.setAttribute("aria-current", "true");
  };
  const tell = () => {
    seen = large.at;
    if (told) told.textContent = `${seen + 1} / ${count}`;
  };
  const turn = (place) => {
    large.show(place, "instant");
    tell();
  };
  const step = (by) => turn((large.at + by + count) % count);

  thumbs.forEach((thumb, place) => {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      small.show(place);
    });
  });
  small.part.addEventListener("scroll", mark, { passive: true });
  mark();

  small.slides.forEach((slide, place) => {
    slide.setAttribute("aria-haspopup", "dialog");
    slide.addEventListener("click", (event) => {
      // A new tab or window was asked for.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      viewer.showModal();
      turn(place);
    });
  });

  large.part.addEventListener("scroll", () => viewer.open && tell(), { passive: true });
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest(".viewer__step");
    if (button) step(Number(button.value));
    else if (event.target.matches(".viewer__slide")) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  });
  // The one that was seen last is seen on the page, and has the focus.
  viewer.addEventListener("close", () => {
    small.show(seen, "instant");
    small.slides[seen].focus({ preventScroll: true });
  });
}
