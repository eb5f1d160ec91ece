/* The course of a conversation over time. Without this script the drawings from the server and the table stay. */
(() => {
  "use strict";
  const holder = document.getElementById("course");
  const source = document.getElementById("course-data");
  if (!holder || !source || !window.uPlot) return;
  const data = JSON.parse(source.textContent);
  if (data.x.length < 2) return;
  const HEIGHT = 260;
  const FLAG = 7;
  const SVG = "http://www.w3.org/2000/svg";
  const KEY = 32;
  const given = document.documentElement.lang || "en";
  const lang = given === "en" ? "en-GB" : given; // day before month and 24 hours, as everywhere on the desk
  const DAY = 86400;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const STYLE = {
    score: { stroke: "--ink", width: 2.4 },
    fronts: { stroke: "--fronts", width: 1.8, dash: [8, 4] },
    anger: { stroke: "--anger", width: 1.8, dash: [2, 3] },
    calming: { stroke: "--calming-line", width: 1.8, dash: [8, 3, 2, 3] },
    posts: { stroke: "--ink", width: 2.4 },
    people: { stroke: "--fronts", width: 1.8, dash: [8, 4] },
    views: { stroke: "--belief", width: 1.8, dash: [2, 3] },
  };
  const percent = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 0 });
  const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  const moment = (options) => new Intl.DateTimeFormat(lang, { timeZone: data.zone, ...options });
  const full = moment({ dateStyle: "medium", timeStyle: "short" });
  const day = moment({ day: "numeric", month: "short" });
  const hour = moment({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const written = (unit) => (value) => (value == null ? "–" : (unit === "share" ? percent : whole).format(value));
  const when = (x) => (x == null ? "–" : data.timed ? full.format(new Date(x * 1000)) : whole.format(x));
  const ticks = (plot, splits, axis, space, step) =>
    splits.map((x) => (data.timed ? (step < DAY ? hour : day).format(new Date(x * 1000)) : whole.format(x)));

  const flags = (plot) => {
    const { ctx, bbox } = plot;
    const ratio = window.devicePixelRatio || 1;
    ctx.save();
    ctx.font = `600 ${10 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineWidth = ratio;
    let last = -Infinity;
    let row = 0;
    for (const each of data.moments) {
      const x = plot.valToPos(each.x, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      row = x - last < 2.2 * FLAG * ratio ? row + 1 : 0;
      last = x;
      const y = bbox.top + FLAG * ratio * (1 + 2.2 * row);
      ctx.strokeStyle = colour("--muted");
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.fillStyle = colour("--paper");
      ctx.strokeStyle = colour("--ink");
      ctx.beginPath();
      ctx.arc(x, y, FLAG * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = colour("--ink");
      ctx.fillText(each.letter, x, y);
    }
    ctx.restore();
  };

  const series = (line, unit) => ({
    label: line.label,
    stroke: colour(STYLE[line.name].stroke),
    width: STYLE[line.name].width,
    dash: STYLE[line.name].dash,
    scale: line.name === "views" ? "views" : "y",
    spanGaps: true,
    points: { show: false },
    value: (plot, value) => written(unit)(value),
  });
  // the legend's marks are drawn as the lines are: a border knows neither their dashes nor their widths
  const keys = (root, lines) => {
    const rows = [...root.querySelectorAll(".u-legend .u-series")].slice(1);
    rows.forEach((row, number) => row.querySelector(".u-marker").replaceWith(mark(STYLE[lines[number].name])));
  };
  const mark = (style) => {
    const svg = document.createElementNS(SVG, "svg");
    const line = document.createElementNS(SVG, "line");
    const set = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
    set(svg, { class: "key", width: KEY, height: 8, "aria-hidden": "true" });
    set(line, { x1: 0, y1: 4, x2: KEY, y2: 4, stroke: colour(style.stroke), "stroke-width": style.width });
    if (style.dash) line.setAttribute("stroke-dasharray", style.dash.join(" "));
    svg.append(line);
    return svg;
  };
  const axis = (unit, scale, side) => ({
    scale,
    side,
    size: 56,
    stroke: colour("--muted"),
    grid: { show: scale === "y", stroke: colour("--rule"), width: 1 },
    ticks: { show: false },
    values: (plot, splits) => splits.map(written(unit)),
  });
  const drawn = (plot, figure) => {
    const seen = plot.lines.some((line) => line.name === "views");
    const across = { stroke: colour("--muted"), grid: { show: false }, ticks: { stroke: colour("--rule") }, values: ticks };
    return new uPlot(
      {
        width: figure.clientWidth,
        height: HEIGHT,
        legend: { live: true },
        cursor: { drag: { x: true, y: false } },
        scales: {
          x: { time: data.timed },
          y: { range: plot.unit === "share" ? [0, 1] : (self, low, high) => [0, Math.max(1, high * 1.05)] },
          views: { range: (self, low, high) => [0, Math.max(1, high * 1.05)] },
        },
        series: [
          { label: data.axis, value: (self, x) => when(x) },
          ...plot.lines.map((line) => series(line, plot.unit)),
        ],
        axes: [across, axis(plot.unit, "y", 3), ...(seen ? [axis("count", "views", 1)] : [])],
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), data.zone),
        hooks: { draw: [flags], ready: [(self) => keys(self.root, plot.lines)] },
      },
      [data.x, ...plot.lines.map((line) => line.values)],
      figure,
    );
  };

  let plots = [];
  const draw = () => {
    holder.hidden = false;
    holder.replaceChildren();
    plots = data.plots.map((plot) => {
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = plot.title;
      figure.append(caption);
      holder.append(figure);
      return { figure, chart: drawn(plot, figure) };
    });
    document.getElementById("drawn").hidden = true;
  };
  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(() => {
    for (const { figure, chart } of plots) {
      if (figure.clientWidth && figure.clientWidth !== chart.width) {
        chart.setSize({ width: figure.clientWidth, height: HEIGHT });
      }
    }
  }).observe(holder);
})();
