package pages

// answer is an action that does what is owed. One that is open whenever the task is there is marked: a list of tasks
// offers it without reading every case.
type answer struct {
	action string
	atOnce bool
}

func now(action string) answer  { return answer{action, true} }
func then(action string) answer { return answer{action, false} }

// answers names, for everything that a clock may ask for, the actions that do it, the likeliest first. What is owed and
// not named here has no button: a test says why of each.
var answers = map[string][]answer{
	"acknowledge_referral":   {now("referral.acknowledge"), now("referral.accept"), now("referral.decline")},
	"answer_referral":        {now("referral.accept"), now("referral.decline")},
	"record_answer":          {then("referral.accept"), then("referral.decline")},
	"answer_cancellation":    {then("referral.cancel"), then("referral.refuse_cancellation")},
	"start_service":          {now("referral.start"), now("referral.schedule")},
	"reschedule":             {now("referral.schedule")},
	"report_appointment":     {now("referral.start"), then("referral.no_show")},
	"report_service":         {now("referral.service"), now("referral.complete")},
	"report_referral":        {then("referral.service"), then("referral.complete")},
	"review_hold":            {now("referral.start"), then("referral.schedule")},
	"send_referral":          {now("referral.send")},
	"settle_referral":        {now("referral.settle"), then("referral.reroute")},
	"review_decline":         {now("referral.confirm_decline"), then("referral.send_back"), then("referral.reroute")},
	"register_petition":      {then("hearing.schedule"), then("order.issue")},
	"report_attendance":      {now("referral.service")},
	"report_crime":           {then("measure.take")},
	"assess_risk":            {now("risk.assess")},
	"review_glass":           {now("glass.review")},
	"note_ground":            {now("referral.note_ground")},
	"request_order":          {then("order.request")},
	"decide_order":           {now("order.issue"), then("order.uphold"), now("order.refuse")},
	"send_copies":            {now("order.serve")},
	"execute_order":          {now("order.execute")},
	"request_extension":      {now("order.request_extension")},
	"acknowledge_breach":     {now("breach.acknowledge"), then("breach.acknowledge_for")},
	"watch_expiry":           {then("order.request_extension"), then("order.extend")},
	"hold_hearing":           {then("hearing.record")},
	"record_hearing":         {now("hearing.record")},
	"record_visit":           {now("visit.report"), then("visit.record")},
	"draft_plan":             {now("plan.draft")},
	"review_plan":            {now("plan.review"), then("plan.draft")},
	"carry_out_action":       {now("plan.done")},
	"carry_out_decision":     {now("plan.done")},
	"send_return":            {now("return.file")},
	"ask_confirmation":       {now("measure.ask_court")},
	"decide_measure":         {now("measure.confirm"), now("measure.refuse")},
	"monitor_measure":        {now("measure.monitor")},
	"replace_measure":        {then("measure.take"), then("measure.parents")},
	"end_emergency":          {then("measure.end")},
	"decide_closing":         {now("case.close"), then("transfer.propose")},
	"hand_over":              {now("transfer.hand_over"), then("transfer.withdraw")},
	"record_transfer_answer": {now("transfer.accept"), now("transfer.decline"), then("transfer.withdraw")},
	"confirm_transfer":       {now("transfer.confirm"), then("case.reopen")},
	"decide_appeal":          {now("order.decide_appeal")},
	"review_measure":         {then("measure.review"), then("measure.end")},
}
