// Puts the live chart in the place of its picture; where that fails, the picture stays.
for (const figure of document.querySelectorAll("figure.chart[data-spec]")) {
  const spec = JSON.parse(document.getElementById(figure.dataset.spec).textContent);
  const live = document.createElement("div");
  const options = {
    renderer: "svg",
    mode: "vega-lite",
    actions: { export: true, source: false, compiled: false, editor: false },
    downloadFileName: figure.dataset.name,
  };
  vegaEmbed(live, spec, options)
    .then(() => {
      figure.querySelector(".picture").replaceWith(live);
      figure.dataset.drawn = "yes";
    })
    .catch((error) => {
      const text = document.createElement("p");
      text.className = "failed";
      text.textContent = "This is a still picture: the live chart could not be drawn. " + error;
      figure.append(text);
      figure.dataset.drawn = "no";
    });
}
