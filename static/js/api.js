// "Try it out": shows the API's own description once somebody asks for it, since what shows it is large.
// Without this the page has its table.
const place = document.getElementById("try");
const button = place.querySelector("button");

function load(name, attributes) {
  return new Promise((done, failed) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.addEventListener("load", done);
    element.addEventListener("error", failed);
    document.head.append(element);
  });
}

async function show() {
  button.disabled = true;
  try {
    await load("link", { rel: "stylesheet", href: place.dataset.style });
    await load("script", { src: place.dataset.script });
  } catch {
    button.disabled = false;
    return;
  }
  button.hidden = true;
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: document.getElementById("api"),
    presets: [SwaggerUIBundle.presets.apis],
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
  });
}

button.addEventListener("click", show);
place.hidden = false;
