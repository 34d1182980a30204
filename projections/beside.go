package projections

// saving is a step that is being written while the next one is folded. There is at most one, and only while catching
// up: it keeps both cores at work. Living, a step is saved by the loop itself, since handing it over would only cost time.
type saving struct {
	step step
	done chan struct{} // closed once changes and err are set
	keys []map[string]bool
	// Set before done is closed.
	changes []change
	err     error
}

// saveBeside begins to save a step. The loop goes on; settle ends it.
func (r *Runner) saveBeside(s step) {
	p := &saving{step: s, done: make(chan struct{}), keys: make([]map[string]bool, len(s.changes))}
	for i, all := range s.changes {
		p.keys[i] = make(map[string]bool, len(all))
		for _, t := range all {
			p.keys[i][t.key] = true
		}
	}
	r.pending = p
	go func() {
		defer close(p.done)
		p.changes, p.err = r.save(s)
	}()
}

// settle waits until the step that is being saved is saved, and tells of it.
func (r *Runner) settle() error {
	p := r.pending
	if p == nil {
		return nil
	}
	<-p.done
	r.pending = nil
	if p.err != nil {
		return p.err
	}
	return r.tell(p.step, p.changes, false)
}

// load reads a stored document of a view. One that is just being saved is waited for.
func (r *Runner) load(view int, key string) (doc []byte, position uint64, ok bool, err error) {
	if r.pending != nil && r.pending.keys[view][key] {
		if err := r.settle(); err != nil {
			return nil, 0, false, err
		}
	}
	return r.target.load(r.kinds[view].name, key)
}
