package esdblog_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// A node that is no leader sends every call on to the leader, before and after the leadership moves; each call asks for it.
func TestFollowsTheLeader(t *testing.T) {
	store := esdbtest.NewStore()
	one, two := esdbtest.Start(t, store), esdbtest.Start(t, store)
	one.FollowLeader(two)
	log := open(t, one)
	// An append that meets the change of connections may have an open outcome, as with any lost connection.
	if _, err := persist(within(t, patience), log, "case", eventlog.NoStream, events(1)); err != nil {
		t.Fatal(err)
	}
	if got, err := log.ReadStream(within(t, patience), "case", 0); err != nil || len(got) != 1 {
		t.Fatalf("ReadStream: %d events, %v", len(got), err)
	}
	if n := one.Counts().StreamReads; n != 0 {
		t.Errorf("the follower was asked for %d streams", n)
	}
	one.FollowLeader(nil)
	two.FollowLeader(one)
	if _, err := persist(within(t, patience), log, "case", 0, events(1)); err != nil {
		t.Fatal(err)
	}
	if got, err := log.ReadStream(within(t, patience), "case", 0); err != nil || len(got) != 2 {
		t.Fatalf("ReadStream after the leadership moved: %d events, %v", len(got), err)
	}
	if err := log.Wait(within(t, patience), 0); err != nil {
		t.Fatal(err)
	}
	if n := one.Counts().Unmarked + two.Counts().Unmarked; n != 0 {
		t.Errorf("%d calls did not ask for the leader", n)
	}
	if store.Len() != 2 {
		t.Errorf("%d events stored, want 2", store.Len())
	}
}

// Discovery by gossip finds the leader from any member.
func TestDiscoversTheCluster(t *testing.T) {
	store := esdbtest.NewStore()
	leader, follower := esdbtest.Start(t, store), esdbtest.Start(t, store)
	follower.FollowLeader(leader)
	for i, url := range []string{
		strings.Replace(follower.URL(), "esdb://", "esdb+discover://", 1),
		strings.Replace(leader.URL(), leader.Addr(), leader.Addr()+","+follower.Addr(), 1),
	} {
		log := openURL(t, url)
		name := fmt.Sprintf("case-%d", i)
		must(t, log, name, eventlog.NoStream, events(1)...)
	}
	if n := follower.Counts().Appends; n != 0 {
		t.Errorf("the follower was asked to append %d times", n)
	}
	if n := leader.Counts().Appends; n != 2 {
		t.Errorf("the leader was asked to append %d times, want 2", n)
	}
}

// A connection string that cannot work is refused at once, in words that do not repeat its password.
func TestRefusesConnectionStrings(t *testing.T) {
	for _, url := range []string{
		"",
		"http://ada:tops3cret@localhost:2113",
		"esdb://ada:tops3cret@localhost:port",
		"esdb://ada:tops3cret@:2113:1",
		"esdb://ada:tops3cret@localhost:2113/path",
		"esdb://ada:tops3cret@local host?tls=false",
		"esdb://ada:tops3cret%zz@localhost",
		"esdb://ada:tops3cret@localhost?tls=perhaps",
		"esdb://ada:tops3cret@localhost?maxDiscoverAttempts=many",
		"esdb://ada:tops3cret@localhost?nodePreference=follower",
		"esdb://ada:tops3cret@localhost?userCertFile=/a.pem",
	} {
		log, err := esdblog.Open(url, esdblog.WithTLSRequired())
		if err == nil {
			log.Close()
			t.Errorf("Open took %q", url)
			continue
		}
		if strings.Contains(err.Error(), "tops3cret") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
}

// Where TLS is required, what goes to a store on another machine can be read by nobody on the way; where it is not, the log warns.
func TestConnectionsInTheOpen(t *testing.T) {
	for url, open := range map[string]bool{
		"esdb://localhost:2113?tls=false":                                  false,
		"esdb://127.0.0.1:2113?tls=false":                                  false,
		"esdb://store.example:2113":                                        false,
		"esdb://store.example:2113?tls=false":                              true,
		"esdb://store.example:2113?TLS=False":                              true,
		"esdb://store.example?tls=false":                                   true,
		"esdb://ada:tops3cret@192.0.2.1:2113?tlsVerifyCert=false":          true,
		"esdb+discover://store.example:2113?tls=false":                     true,
		"esdb://localhost:2113,store.example:2113?tls=false":               true,
		"esdb://localhost.store.example:2113?tlsVerifyCert=false&tls=true": true,
	} {
		log, err := esdblog.Open(url, esdblog.WithTLSRequired())
		if err == nil {
			log.Close()
		}
		if (err != nil) != open {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "tops3cret") {
			t.Errorf("the error repeats the password: %v", err)
		}
		var said bytes.Buffer
		trusting, err := esdblog.Open(url, esdblog.WithLogger(zerolog.New(&said)))
		if err != nil {
			t.Errorf("%s, though nothing forbids it: %v", url, err)
			continue
		}
		trusting.Close()
		if strings.Contains(said.String(), "can be read on the way") != open || strings.Contains(said.String(), "tops3cret") {
			t.Errorf("%s: the log says %q", url, said.String())
		}
	}
}

// Without a server the log opens, and says what is wrong when it is used.
func TestOpensWithoutServer(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	server.Stop()
	log := open(t, server)
	_, err := log.ReadAll(within(t, patience), 0, 1)
	if !errors.Is(err, eventlog.ErrUnavailable) || !strings.Contains(err.Error(), "refused") {
		t.Fatalf("ReadAll without a server: %v", err)
	}
	waiter := make(chan error, 1)
	go func() { waiter <- log.Wait(within(t, patience), 0) }()
	server.Restart(t)
	if _, err := persist(within(t, patience), log, "case", eventlog.NoStream, events(1)); err != nil {
		t.Fatal(err)
	}
	if err := <-waiter; err != nil {
		t.Fatal(err)
	}
}
