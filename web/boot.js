// Runs before the first paint, so that a page chosen to be dark never flashes white.
// A file of its own, because the content security policy refuses inline scripts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("imagehub-color-scheme");
  } catch {
    // Storage is refused: the system's preference decides.
  }
  const isChosen = chosen === "light" || chosen === "dark";
  const systemScheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", isChosen ? chosen : systemScheme);
})();
