package pages

import "mkr/domain/casefile"

// measureClass colours the status of a child's protection measure; its word says the same.
func measureClass(s casefile.Status) string {
	switch s {
	case casefile.MeasureIsConfirmed, casefile.MeasureRunning:
		return "good"
	case casefile.MeasureAwaitsAsking, casefile.MeasureRefused:
		return "bad"
	}
	return ""
}

// measureLines tell what became of a protection measure.
func (s summarizer) measureLines(m casefile.Measure) (out []string) {
	if m.Court != "" {
		out = append(out, join(s.Who(m.Court), s.T("case.court_asked", "when", s.DateTime(m.AskedAt))))
	}
	if !m.DecidedAt.IsZero() {
		out = append(out, s.T("case.court_decided", "when", s.DateTime(m.DecidedAt)))
	}
	if m.Parents != "" {
		out = append(out, s.T("case.parents", "answer", s.Within("parents_answer", m.Parents)))
	}
	if m.Monitored > 0 {
		out = append(out, s.N("case.monitored", m.Monitored, "when", s.DateTime(m.MonitoredAt), "finding", s.Within("monitor_finding", m.Finding)))
	}
	return out
}
