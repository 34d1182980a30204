// Package directory decides about institutions and the services they offer: the stream institution-<id>, and behind it
// the Guida, the public guide of social services.
//
// It guarantees:
//
//   - Everything in it is public by nature: names, office phones, hours. No personal data, and no shelter's address: that
//     is refused on the way in, so no page or feed can show it by mistake.
//   - A service says when somebody last assured that it is still so; age is shown, never guessed.
//   - An institution under suspension keeps its history; it is offered to nobody until it is reinstated.
package directory
