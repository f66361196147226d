"use strict";
(() => {
  const page = document.documentElement;
  const frames = JSON.parse(document.getElementById("frames").textContent);
  const last = frames.days.length - 1;
  const most = Math.max(...frames.stages.map((row) => row.reduce((sum, count) => sum + count, 0)));
  const bodies = [...document.querySelectorAll(".language")].map((root) => ({
    root, told: JSON.parse(root.querySelector(".told").textContent),
    one: (name) => root.querySelector(name), all: (name) => [...root.querySelectorAll(name)],
  }));
  let now = 0, timer = 0, pace = 600;

  page.classList.add("scripted");
  for (const numbers of document.querySelectorAll("details.numbers")) numbers.open = false;

  // a text is written only where it changes: who listens hears each thing once
  const write = (one, text) => { if (one.textContent !== text) one.textContent = text; };
  const step = (share) => { const at = frames.turns.findIndex((turn) => share >= turn); return at < 0 ? frames.turns.length : at; };

  const showStages = ({ all }) => {
    for (const row of all(".stages li")) {
      const count = frames.stages[now][Number(row.dataset.place)];
      write(row.querySelector("b"), count.toLocaleString("en-US"));
      row.style.setProperty("--share", `${(100 * count / most).toFixed(1)}%`);
      row.classList.toggle("none", count === 0);
    }
  };
  const showVillages = ({ all, told }) => {
    for (const tile of all(".tile")) {
      const village = Number(tile.dataset.village), share = frames.unmet[now][village];
      const isOut = village in frames.out && frames.out[village] <= now;
      write(tile.querySelector("b"), (isOut ? told.out : "") + told.percent.replace("{value}", (share / 10).toFixed(share < 100 ? 1 : 0)));
      tile.className = tile.className.replace(/ s\d| out/g, "") + ` s${step(share)}` + (isOut ? " out" : "");
    }
  };
  const showMoney = ({ all, told }) => all(".sums li").forEach((row, place) => write(row.querySelector("b"), told.money[now][place]));
  const showCrews = ({ all, told }) => {
    for (const row of all(".crews li")) {
      const [busy, every] = frames.crews[row.dataset.crew][now];
      row.querySelector("i").style.width = `${every ? 100 * busy / every : 0}%`;
      write(row.querySelector("b"), told.crews[row.dataset.crew][now]);
    }
  };
  // what this week brought, or the last thing before it
  const showMoments = ({ one, all, told }) => {
    const before = told.happens.filter(([frame]) => frame <= now);
    const latest = before.length ? before[before.length - 1][0] : -1;
    const said = before.filter(([frame]) => frame === latest).map(([, day, what]) => `${day}  ${what}`);
    write(one(".happens"), said.join("\n"));
    for (const row of all(".moments li")) {
      const frame = Number(row.firstChild.dataset.frame);
      row.classList.toggle("past", frame <= now);
      if (frame === latest) row.setAttribute("aria-current", "step"); else row.removeAttribute("aria-current");
    }
  };
  const show = (frame) => {
    now = Math.max(0, Math.min(last, frame));
    const at = `${100 * frames.days[now] / frames.days[last]}%`;
    for (const body of bodies) {
      const slider = body.one(".week");
      slider.value = now;
      slider.setAttribute("aria-valuetext", body.told.dates[now]);
      write(body.one(".today"), body.told.dates[now]);
      body.all(".now").forEach((line) => { line.style.left = at; });
      showStages(body); showVillages(body); showMoney(body); showCrews(body); showMoments(body);
    }
  };

  const tell = () => {
    page.classList.toggle("playing", timer !== 0);
    for (const { one } of bodies) write(one(".play"), timer ? one(".play").dataset.pause : one(".play").dataset.play);
  };
  const pause = () => { clearInterval(timer); timer = 0; tell(); };
  const play = () => {
    clearInterval(timer);
    if (now === last) show(0);
    timer = setInterval(() => { show(now + 1); if (now === last) pause(); }, pace);
    tell();
  };
  const go = (frame) => { pause(); show(frame); };

  for (const { one, all } of bodies) {
    one(".play").addEventListener("click", () => (timer ? pause() : play()));
    one(".week").addEventListener("input", (event) => go(Number(event.target.value)));
    one(".speed").addEventListener("change", (event) => {
      pace = Number(event.target.value);
      for (const body of bodies) body.one(".speed").value = event.target.value;
      if (timer) play();
    });
    for (const button of all(".moments button")) button.addEventListener("click", () => go(Number(button.dataset.frame)));
  }
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("select, .scroll")) return;
    if (event.key === " " && !event.target.closest("button, summary")) {
      event.preventDefault();
      if (timer) pause(); else play();
    }
    const moved = { ArrowLeft: now - 1, ArrowRight: now + 1 }[event.key];
    if (moved !== undefined && !event.target.closest(".week, .choice")) {
      event.preventDefault();
      go(moved);
    }
  });
  for (const input of document.querySelectorAll(".choice")) {
    input.addEventListener("change", () => { page.lang = input.dataset.tag; document.title = input.dataset.title; });
  }
  show(0);
})();
