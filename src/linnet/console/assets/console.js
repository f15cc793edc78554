// What pages do without asking the server: theme, language, menu, copy buttons, citations, one shortcut.
// Events are taken at the document, as NiceGUI draws the page after this file is loaded.
(function () {
  "use strict";
  const root = document.documentElement;
  const THEMES = ["system", "light", "dark"];

  function currentTheme() {
    return root.dataset.theme || "system";
  }

  function labelThemeButton() {
    const button = document.querySelector("[data-theme][data-system]");
    if (!button) return;
    const label = button.dataset[currentTheme()];
    button.setAttribute("aria-label", label);
    button.title = label;
  }

  function setTheme(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === "system") localStorage.removeItem("linnet-theme");
      else localStorage.setItem("linnet-theme", theme);
    } catch (error) {
      // not remembered, then
    }
    labelThemeButton();
    repaintCharts();
  }

  // Charts take their colours when drawn; on a change of theme they get the new ones.
  function repaintCharts() {
    const muted = { color: linnetColour("--muted") };
    const line = { lineStyle: { color: linnetColour("--line") } };
    document.querySelectorAll(".chart").forEach(function (element) {
      const view = typeof getElement === "function" ? getElement(Number(element.id.slice(1))) : null;
      if (!view || !view.chart) return;
      const bars = view.chart.getOption().series.map((series) => ({
        itemStyle: {
          color: linnetColour(series.colourVariable || "--accent"),
          borderColor: linnetColour("--surface"),
        },
        label: muted,
      }));
      view.chart.setOption({
        xAxis: { axisLabel: muted, splitLine: line },
        yAxis: { axisLabel: muted, splitLine: line },
        series: bars,
        tooltip: {
          backgroundColor: linnetColour("--surface"),
          borderColor: linnetColour("--line"),
          textStyle: { color: linnetColour("--ink") },
        },
      });
    });
  }

  function toggleSource(chip, open) {
    const source = document.getElementById(chip.getAttribute("aria-controls"));
    if (!source) return;
    source.hidden = !open;
    chip.setAttribute("aria-expanded", String(open));
  }

  function labelSourcesButton() {
    const button = document.querySelector("[data-sources]");
    if (!button) return;
    const closed = document.querySelector('.cite[aria-expanded="false"]');
    button.textContent = closed ? button.dataset.show : button.dataset.hide;
  }

  function closeMenus(except) {
    document.querySelectorAll("[data-menu][open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("[data-menu]"));
    const target = event.target.closest("button");
    if (!target) return;
    if (target.matches("[data-theme][data-system]")) {
      setTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length]);
    } else if (target.matches(".cite")) {
      toggleSource(target, target.getAttribute("aria-expanded") !== "true");
      labelSourcesButton();
    } else if (target.matches("[data-sources]")) {
      const open = Boolean(document.querySelector('.cite[aria-expanded="false"]'));
      document.querySelectorAll(".cite").forEach((chip) => toggleSource(chip, open));
      labelSourcesButton();
    } else if (target.matches("[data-copy]")) {
      copy(target);
    }
  });

  async function copy(button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = label), 1600);
    } catch (error) {
      // No clipboard (plain http, or forbidden): select the command for the reader to copy.
      const code = button.parentElement.querySelector("code");
      if (code) getSelection().selectAllChildren(code);
    }
  }

  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-language]")) return;
    const address = new URL(location.href);
    address.searchParams.set("lang", event.target.value);
    location.assign(address);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      const menu = document.querySelector("[data-menu][open]");
      if (!menu) return;
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      const field = document.querySelector("[data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaintCharts);
  new MutationObserver(function (_, observer) {
    if (!document.querySelector("[data-theme][data-system]")) return;
    observer.disconnect();
    labelThemeButton();
  }).observe(document, { childList: true, subtree: true });
})();
