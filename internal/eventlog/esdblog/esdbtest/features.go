package esdbtest

import (
	"context"

	"github.com/google/uuid"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

// GetSupportedMethods is the first thing a client asks of a node. The first three parts of the version must be numbers.
func (*featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	const service = "event_store.client.streams.streams"
	return &serverfeatures.SupportedMethods{
		EventStoreServerVersion: "23.10.1",
		Methods: []*serverfeatures.SupportedMethod{
			{ServiceName: service, MethodName: "append"},
			{ServiceName: service, MethodName: "read", Features: []string{"position", "events"}},
		},
	}, nil
}

type gossipService struct {
	gossip.UnimplementedGossipServer
	server *Server
}

// Read names the members of the cluster: this server, and its leader if it has one.
func (g *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	g.server.mu.Lock()
	leader := g.server.faults.leader
	g.server.mu.Unlock()
	if leader == nil {
		return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{member(g.server, gossip.MemberInfo_Leader)}}, nil
	}
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{
		member(g.server, gossip.MemberInfo_Follower),
		member(leader, gossip.MemberInfo_Leader),
	}}, nil
}

func member(s *Server, state gossip.MemberInfo_VNodeState) *gossip.MemberInfo {
	host, port := s.hostPort()
	most, least := esdb.UUIDAsInt64(uuid.NewSHA1(uuid.NameSpaceURL, []byte(s.addr)))
	return &gossip.MemberInfo{
		InstanceId: &shared.UUID{Value: &shared.UUID_Structured_{
			Structured: &shared.UUID_Structured{MostSignificantBits: most, LeastSignificantBits: least},
		}},
		State:        state,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: port},
	}
}
