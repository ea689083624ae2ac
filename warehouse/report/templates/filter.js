(() => {
  const tools = document.querySelector(".tools");
  const groups = [...document.querySelectorAll("details")];
  const rows = groups.map((group) => [...group.querySelectorAll("tbody tr")]);
  const texts = rows.map((inside) => inside.map((row) => row.textContent.toLowerCase()));
  const shown = document.getElementById("shown");
  const filter = document.getElementById("filter");
  tools.hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let count = 0;
    groups.forEach((group, g) => {
      const name = group.querySelector("summary").textContent.toLowerCase();
      let inside = 0;
      rows[g].forEach((row, r) => {
        const matches = name.includes(wanted) || texts[g][r].includes(wanted);
        row.hidden = !matches;
        inside += matches ? 1 : 0;
      });
      group.hidden = inside === 0;
      if (wanted && inside) group.open = true;
      count += inside;
    });
    shown.textContent = wanted ? `${count.toLocaleString(document.documentElement.lang)} ${shown.dataset.label}` : "";
  });
  const openAll = (open) => groups.forEach((group) => { group.open = open; });
  document.getElementById("open").addEventListener("click", () => openAll(true));
  document.getElementById("close").addEventListener("click", () => openAll(false));
  addEventListener("hashchange", () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  });
})();
