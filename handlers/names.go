package handlers

import "sync"

// nameCache keeps the callers' own names for their own pages; bounded, in memory only.
type nameCache struct {
	mu sync.Mutex
	of map[string]string
}

func newNameCache() *nameCache { return &nameCache{of: map[string]string{}} }

func (n *nameCache) get(id string, open func() (string, error)) (string, error) {
	n.mu.Lock()
	name, ok := n.of[id]
	n.mu.Unlock()
	if ok {
		return name, nil
	}
	name, err := open()
	if err != nil {
		return "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.of) >= 1000 {
		clear(n.of)
	}
	n.of[id] = name
	return name, nil
}
