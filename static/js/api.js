// Shows the API's own description, to be tried with a token; without this the page has its table.
const place = document.getElementById("try");
place.hidden = false;
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: document.getElementById("api"),
  presets: [SwaggerUIBundle.presets.apis],
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  persistAuthorization: false,
  validatorUrl: null,
});
