package casefile

// orderDeed is what somebody does to an order.
type orderDeed string

const (
	issue            orderDeed = "issue"
	refuseOrder      orderDeed = "refuse"
	uphold           orderDeed = "uphold"
	revoke           orderDeed = "revoke"
	serve            orderDeed = "serve"
	execute          orderDeed = "execute"
	breach           orderDeed = "breach"
	requestExtension orderDeed = "request_extension"
	extend           orderDeed = "extend"
	refuseExtension  orderDeed = "refuse_extension"
	appeal           orderDeed = "appeal"
	decideAppeal     orderDeed = "decide_appeal"
)

// orderTable is the order's machine, by type: from a status, what may be done, and where it leads. An order is replaced
// when the next one begins to apply, and expires by itself; neither is anybody's deed. Service, execution, breach, a
// request to extend and an appeal do not change whether it is in force (law 9669 arts. 16-23).
var orderTable = map[string]map[Status]map[orderDeed]Status{
	UMPMM: {
		NotOpened:    {issue: OrderInForce}, // the police issue it; nobody asks
		OrderInForce: {uphold: OrderInForce, revoke: OrderIsRevoked, execute: OrderInForce, breach: OrderInForce},
	},
	UMM: {
		OrderAsked:     {issue: OrderInForce, refuseOrder: OrderIsRefused},
		OrderInForce:   {uphold: OrderInForce, revoke: OrderIsRevoked, serve: OrderInForce, execute: OrderInForce, breach: OrderInForce},
		OrderIsRefused: {appeal: OrderIsRefused, decideAppeal: OrderIsRefused}, // a refusal that falls brings the petition back
	},
	UM: {
		NotOpened:       {issue: OrderInForce}, // only where a UMM is in force: the UM is the court's decision on it
		OrderAsked:      {issue: OrderInForce, refuseOrder: OrderIsRefused},
		OrderInForce:    {revoke: OrderIsRevoked, serve: OrderInForce, execute: OrderInForce, breach: OrderInForce, requestExtension: OrderInForce, extend: OrderInForce, refuseExtension: OrderInForce, appeal: OrderInForce, decideAppeal: OrderInForce},
		OrderIsRefused:  {appeal: OrderIsRefused, decideAppeal: OrderIsRefused},
		OrderHasExpired: {decideAppeal: OrderHasExpired}, // of an appeal that was made before
	},
}

// replaces says which types an order ends when it begins to apply: the police's order holds until the court has decided,
// and a UMM ends when the UM begins (law 9669 art. 19(3)b).
var replaces = map[string][]string{
	UMM: {UMPMM},
	UM:  {UMPMM, UMM},
}
