// Before anything is painted: a screen that was hidden stays hidden when its page is loaded again.
try {
  if (sessionStorage.getItem("mkr-blank")) document.documentElement.classList.add("blank");
} catch {
  // a browser that keeps nothing has nothing hidden
}
