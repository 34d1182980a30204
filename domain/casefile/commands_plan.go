package casefile

import (
	"time"

	"mkr/domain/person"
)

// Commands about the plan beside its draft and its actions, and about the safety plan.
type (
	// ApprovePlan puts the plan to work: by a meeting's decision, or the lead's own. Next is when it is to be looked at.
	ApprovePlan struct {
		Meeting string
		Next    time.Time
	}
	SetGoal struct {
		Goal, Domain string
		Text         person.Sealed
	}
	EndGoal    struct{ Goal, Outcome string }
	AgreePlan  struct{}
	ReviewPlan struct {
		Review, Result string
		Next           time.Time
		Text           person.Sealed
	}
	WriteSafetyPlan struct {
		SafetyPlan string
		Items      []string
		Text       person.Sealed
	}
	ReviewSafetyPlan struct{}
)

func (ApprovePlan) command()      {}
func (SetGoal) command()          {}
func (EndGoal) command()          {}
func (AgreePlan) command()        {}
func (ReviewPlan) command()       {}
func (WriteSafetyPlan) command()  {}
func (ReviewSafetyPlan) command() {}

// GoalDomains are what a goal of a plan is about.
var GoalDomains = []string{"safety", "health", "psychological", "legal", "housing", "economic", "education", "parenting", "social"}

// GoalOutcomes are what came of one.
var GoalOutcomes = []string{"reached", "partly_reached", "not_reached", "dropped"}

// ReviewResults are what a look at a plan ends with.
var ReviewResults = []string{"goes_on", "to_be_changed", "goals_reached"}

// SafetyItems are what a safety plan may hold; who is called, and where things are, is said in the sealed text.
var SafetyItems = []string{"code_word", "emergency_numbers", "trusted_person", "bag_and_documents", "money_and_keys", "way_out", "safe_place", "children_know", "weapons_away", "phone_and_accounts", "order_at_hand", "work_and_school_told"}

// TargetGoal is a goal of the plan.
const TargetGoal = "plan_goal"
