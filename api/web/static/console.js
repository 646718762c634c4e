// Keys and small comforts of the console. Every action also works without this file.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const click = (selector) => find(selector)?.click();

  const reject = () => find("#reject");

  const isTyping = (target) =>
    target instanceof HTMLElement &&
    target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  function openReject() {
    const panel = reject();
    if (!panel) return;
    panel.open = true;
    panel.querySelector("button")?.focus();
  }

  function rejectWith(digit) {
    const button = find(`#reject [data-key="${digit}"]`);
    const note = find("#note");
    if (!button) return;
    if ("needsNote" in button.dataset && !note.value.trim()) note.focus();
    else button.click();
  }

  function show(number) {
    const radio = find(`#view-${number}`);
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function onDigit(digit) {
    if (reject()?.open) rejectWith(digit);
    else show(digit);
  }

  const actions = {
    j: () => click("#next"),
    k: () => click("#previous"),
    c: () => click("#confirm"),
    o: () => click("#overlay"),
    r: openReject,
    escape: () => {
      if (reject()) reject().open = false;
      document.activeElement?.blur();
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    if (isTyping(event.target) && key !== "escape") return;
    if (/^[1-9]$/.test(key)) onDigit(key);
    else if (actions[key]) actions[key]();
    else return;
    event.preventDefault();
  });

  // The clip starts when it is looked at and rests when it is not.
  document.addEventListener("change", (event) => {
    const clip = find("#clip");
    if (!clip || event.target.name !== "view") return;
    const isShown = clip.offsetParent !== null;
    if (isShown) clip.play().catch(() => {});
    else clip.pause();
  });

  // One decision is sent once, however often the key is pressed.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else if (event.target.matches(".confirm-form, .reject-form")) event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("error", (event) => {
    if (event.target.id === "clip") find(".unplayable").hidden = false;
  }, true);
})();
