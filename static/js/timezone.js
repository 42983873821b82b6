// Fills in the browser's own time zone where the form has it among its choices.
{
  const zones = document.querySelector("select[data-own-timezone]");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zones && own && [...zones.options].some((option) => option.value === own)) {
    zones.value = own;
  }
}
