"use strict";
(() => {
  const page = document.documentElement;
  const paper = 640;
  const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: "#1c2329" };
  const escaped = echarts.format.encodeHTML;
  const charts = new Map();

  // what a chart says where the pointer rests: sentences that the page brings along
  const told = (found) => {
    const rows = [].concat(found).filter(({ data }) => data && data.told);
    const head = rows[0] && rows[0].axisValueLabel && rows[0].seriesType === "line" ? [escaped(rows[0].axisValueLabel)] : [];
    return [...head, ...rows.map(({ marker, data }) => marker + escaped(data.told))].join("<br>");
  };
  const pen = document.createElement("canvas").getContext("2d");
  const wide = (text) => { pen.font = `12px ${font.fontFamily}`; return pen.measureText(text).width; };

  // the legend takes as many rows as it needs, and names of rows a third of the width
  const fitted = (option, width) => {
    let rows = 1, left = width - 40;
    for (const name of option.legend.data) {
      const room = wide(name) + 44;
      if (room > left && left < width - 40) { rows += 1; left = width - 40; }
      left -= room;
    }
    const top = 30 * rows + 14;
    const label = { ...option.yAxis.axisLabel, width: Math.min(220, width / 3), lineHeight: 14 };
    return {
      high: top,
      option: {
        ...option, textStyle: font,
        legend: { ...option.legend, top: 0, left: 0, itemGap: 14, selectedMode: false, textStyle: { ...font, width: width - 60, overflow: "break" } },
        tooltip: { ...option.tooltip, formatter: told, confine: true, extraCssText: "max-width:22rem;white-space:normal" },
        grid: { left: 4, right: 26, top, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        yAxis: option.yAxis.type === "category" ? { ...option.yAxis, axisLabel: label } : option.yAxis,
      },
    };
  };
  const draw = (room, width = room.clientWidth) => {
    if (!width) return;
    let found = charts.get(room);
    if (!found) {
      found = { option: JSON.parse(room.nextElementSibling.textContent), chart: echarts.init(room, null, { renderer: "svg", width, height: 200 }) };
      charts.set(room, found);
    }
    if (found.width === width) return;
    found.width = width;
    const { high, option } = fitted(found.option, width);
    room.style.height = `${high + Number(room.dataset.high)}px`;
    found.chart.resize({ width, height: high + Number(room.dataset.high) });
    found.chart.setOption(option, true);
  };
  const rooms = [...document.querySelectorAll(".chart")];
  const all = (width) => rooms.forEach((room) => draw(room, room.clientWidth && width));

  // tables stand in the place of charts unless those can be drawn
  const stand = (tables) => {
    page.classList.toggle("scripted", !tables);
    for (const numbers of document.querySelectorAll("details.numbers")) numbers.open = tables;
  };
  try {
    stand(false);
    all();
    const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => draw(target)));
    rooms.forEach((room) => watch.observe(room));
  } catch (fault) {
    stand(true);
    rooms.length = 0;
    console.warn(fault);
  }
  addEventListener("beforeprint", () => all(paper));
  addEventListener("afterprint", () => all());

  const speak = (input) => {
    page.lang = input.dataset.tag;
    document.title = input.dataset.title;
    all();
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
