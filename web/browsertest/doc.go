// Package browsertest tries the whole service in a real Chromium: the Shkodër year is loaded into a real log, and
// people of every role work on it by mouse and keyboard. It has no code of its own, only tests.
//
// What it holds for every page that any of its tests opens, whatever else the test is about:
//
//   - nothing is written to the console, and nothing is reported against the Content-Security-Policy;
//   - no personal text is in an address, a title, a console message or a frame of the socket.
//
// The browser is MKR_CHROMIUM, or the first of chromium, chromium-browser, google-chrome and google-chrome-stable in
// PATH. Without one the tests are skipped by name, but fail where CI=true or MKR_REQUIRE_BROWSER is set.
// MKR_PICTURES=FOLDER has TestPictures write pictures of the pages there, and every test a picture of a page that
// never came to what was waited for.//
// make test runs them without the race detector, which would make them twice as long: the same handlers, pages and
// sockets run under it in web/api, web/pages and web/live.
package browsertest
