/* What a lost session looks like. Dash says nothing when a callback is refused because the session is over. With a form open
   what was typed must not be lost: signing in happens in another tab. Otherwise the page, figures and all, makes way for a
   page that says so. That page signs nobody in by itself: single sign-on would, and a screen left alone never go dark. */
(function () {
  "use strict";

  const fetched = window.fetch;
  let isOver = false;

  window.fetch = async function (resource, options) {
    const answer = await fetched.call(this, resource, options);
    const address = typeof resource === "string" ? resource : (resource && resource.url) || "";
    if (answer.status === 401 && (address.includes("_dash-") || address === "/live" || address === "/session") && !isOver) {
      isOver = true;
      signedOut();
    } else if (answer.ok && isOver && address.includes("_dash-update-component")) {
      isOver = false;
      document.getElementById("signed-out")?.remove();
    }
    return answer;
  };

  function signedOut() {
    const here = window.location.pathname + window.location.search;
    document.querySelectorAll("dialog[open]").forEach((each) => each.close());
    if (!document.getElementById("plan-form")) {
      window.location.assign("/signed-out?next=" + encodeURIComponent(here));
      return;
    }
    const told = document.createElement("div");
    told.id = "signed-out";
    told.className = "signed-out";
    told.setAttribute("role", "alert");
    told.textContent = "You have been signed out. What you typed is still here: sign in again in a new tab, then save. ";
    const link = document.createElement("a");
    link.href = "/sign-in?next=" + encodeURIComponent(here);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in a new tab";
    told.append(link);
    document.body.prepend(told);
  }
})();
