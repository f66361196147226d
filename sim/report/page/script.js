"use strict";
(() => {
  const speak = (input) => {
    document.documentElement.lang = input.dataset.tag;
    document.title = input.dataset.title;
  };
  for (const input of document.querySelectorAll(".choice")) {
    input.addEventListener("change", () => speak(input));
  }
  // a group of tiles is one stop of the tab key; the arrows move within it
  for (const group of document.querySelectorAll(".tiles")) {
    const tiles = [...group.children];
    tiles.forEach((tile, place) => { tile.tabIndex = place ? -1 : 0; });
    group.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && tiles[tiles.indexOf(event.target) + step];
      if (!next) return;
      event.preventDefault();
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }
})();
