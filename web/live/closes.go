package live

// Close codes. 4000 and above are the application's (RFC 6455, 7.4.2); they are API. The client comes back and
// resumes after all of them but 4400, 4401 and 4403.
const (
	CloseGoingAway   = 1001 // the server stops
	CloseTryLater    = 1013 // rights could not be checked for a while
	CloseSlow        = 4008 // the connection took its messages too slowly
	CloseBadFrame    = 4400 // a frame that breaks the protocol; the error message before it says where
	CloseNotSignedIn = 4401 // no valid session or token, or it has ended
	CloseRightsEnded = 4403 // the account is locked, or its place in the mechanism has changed
	CloseSilent      = 4408 // no answer to a ping
)

// closing says why a connection is being closed. Code 0 sends no close frame: the other side has left.
type closing struct {
	code   int
	reason string
}

var (
	goingAway   = closing{CloseGoingAway, "the server is going away; come back and resume"}
	tryLater    = closing{CloseTryLater, "your rights cannot be checked now; come back and resume"}
	tooSlow     = closing{CloseSlow, "too slow; come back and resume"}
	notSignedIn = closing{CloseNotSignedIn, "not signed in"}
	rightsEnded = closing{CloseRightsEnded, "your rights have ended"}
	silent      = closing{CloseSilent, "no answer to a ping; come back and resume"}
	hungUp      = closing{}
)
