// Before the first paint: the theme chosen on this page, else the system's.
try {
  var t = localStorage.getItem("sitwell-theme");
  if (t === "light" || t === "dark") document.documentElement.dataset.theme = t;
} catch (e) {
  // storage is switched off: the system's it is
}
