// Loaded before the first paint: the reader's theme, and the colours of the style sheet for charts.
(function () {
  "use strict";
  const root = document.documentElement;
  let theme = null;
  try {
    theme = localStorage.getItem("linnet-theme");
  } catch (error) {
    // storage may be forbidden; the system's theme then
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  window.linnetColour = function (name) {
    return getComputedStyle(root).getPropertyValue(name).trim();
  };
})();
