package main

import (
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/household"
	"mkr/domain/meeting"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/domain/register"
	"mkr/domain/rulebook"
	"mkr/domain/sentinel"
)

// registered joins the lists of the deciders' packages, as internal/app does. It does not ask internal/app, so that the
// document can be made while the rest of the house is being built; a house rule holds both lists to the packages.
func registered() []event.Entry {
	return event.NewRegistry(nil,
		casefile.Events(), person.Events(), register.Events(), meeting.Events(), directory.Events(), capacity.Events(),
		activity.Events(), application.Events(), account.Events(), accesslog.Events(), rulebook.Events(), household.Events(), merge.Events(), sentinel.Events()).Entries()
}
