const [role, name] = arguments;
const selectors = {
  button: "button, summary, input[type=button], input[type=submit]",
  checkbox: "input[type=checkbox]",
  combobox: "input[list], select",
  heading: "h1, h2, h3, h4",
  link: "a[href]",
  radio: "input[type=radio]",
  searchbox: "input[type=search]",
  spinbutton: "input[type=number]",
};
// The value of a list item is a number, hence String().
const collapse = (text) => String(text ?? "").replace(/\s+/g, " ").trim();
const labels = (element) =>
  (element.getAttribute("aria-labelledby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id));
const texts = (element) =>
  [element, ...labels(element), ...(element.labels ?? [])]
    .filter(Boolean)
    .flatMap((one) => [
      one.textContent,
      one.getAttribute("aria-label"),
      one.title,
      one.value,
      one.placeholder,
    ])
    .map(collapse)
    .join(" ");
const selector = `[role="${role}"]${selectors[role] ? `, ${selectors[role]}` : ""}`;
return [...document.querySelectorAll(selector)].filter(
  (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest("[inert], [aria-hidden=true]") &&
    texts(element).includes(collapse(name).split(" ")[0]),
);
