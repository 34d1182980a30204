package handlers

import (
	"context"
	"fmt"

	"mkr/internal/idp"
)

// CheckProviders refuses a provider whose institution is not in the directory: nobody could ever come in by it, and a mistyped id
// would be found by whoever stands at the door.
func (s *Service) CheckProviders(ctx context.Context, providers []idp.Config) error {
	for _, p := range providers {
		st, err := s.institutionState(ctx, p.Institution)
		if err != nil {
			return err
		}
		if !st.Registered() {
			return fmt.Errorf("identity providers: %s: institution: %q is not in the directory (mkr institution lists them)", p.ID, p.Institution)
		}
	}
	return nil
}
