package indicator

import "slices"

// Definition says what a figure counts.
type Definition struct {
	Code      string // the code of the published figure or of the plan's row
	Structure string // whose work it is
	Unit      string // Count, or YearlyChange: then the count below is compared with that of the year before
	Name      Text
	Counts    Text // what is counted, exactly. A year is the local calendar year in which it happened, not in which it was entered
}

// Definitions lists the figures that can be computed from events: those published about 2014 first, then those of the
// Area Social Plan, by code. Entries marked as entered in error count nowhere.
func Definitions() []Definition {
	return slices.Concat(published(), planned(), own())
}

// Find finds one by its code.
func Find(code string) (Definition, bool) {
	for _, d := range Definitions() {
		if d.Code == code {
			return d, true
		}
	}
	return Definition{}, false
}

func published() []Definition {
	cp, dv := ChildProtection, DomesticViolence
	return []Definition{
		{cp + ".cases_managed", cp, Count,
			Text{"Raste të menaxhuara", "Cases managed"},
			Text{"Rastet e mbrojtjes së fëmijës për të cilat u veprua brenda vitit, secili një herë; një afat që kaloi në heshtje nuk është veprim.", "Child protection cases on which somebody acted in the year, each once; a deadline that passed in silence is no act."}},
		{cp + ".family_visits", cp, Count,
			Text{"Vizita në familje", "Family visits"},
			Text{"Vizitat e kryera në rastet e mbrojtjes së fëmijës, edhe kur familja nuk u gjet.", "Visits made in child protection cases, whether or not the family was met."}},
		{cp + ".foster_families", cp, Count,
			Text{"Familje kujdestare që marrin ndihmë", "Foster (guardian) families receiving aid"},
			Text{"Familjet kujdestare të cilave iu pagua ndihmë për të paktën një muaj të vitit, secila një herë.", "Foster families to whom aid was paid for at least one month of the year, each once."}},
		{cp + ".children_referred", cp, Count,
			Text{"Fëmijë të referuar në struktura të tjera", "Children referred to other structures"},
			Text{"Fëmijët, subjekt i një rasti të mbrojtjes, për të cilët u dërgua të paktën një referim, secili një herë.", "Children, subjects of a child protection case, for whom at least one referral was sent, each once."}},
		{cp + ".technical_group_meetings", cp, Count,
			Text{"Mbledhje të GTN", "Meetings of the GTN"},
			Text{"Mbledhjet e Grupit Teknik Ndërsektorial të mbajtura.", "Meetings of the cross-sector technical group that were held."}},
		{cp + ".school_information_meetings", cp, Count,
			Text{"Takime informuese me shkollat", "Information meetings with schools"},
			Text{"Aktivitetet e mbajtura të llojit “takim informues me shkollën”.", "Activities held of the kind \"information meeting with a school\"."}},

		{dv + ".protection_orders_implemented", dv, Count,
			Text{"Urdhra mbrojtjeje të zbatuar", "Protection orders implemented"},
			Text{"Urdhrat e gjykatës (UMM dhe UM) të zbatuar, secili një herë; jo UMPMM e policisë.", "Orders of the court (UMM and UM) that were executed, each once; not the police's UMPMM."}},
		{dv + ".technical_group_meetings", dv, Count,
			Text{"Mbledhje të ETN", "Meetings of the ETN"},
			Text{"Mbledhjet e Ekipit Teknik Ndërdisiplinor të mbajtura.", "Meetings of the interdisciplinary technical team that were held."}},
		{dv + ".families_assisted", dv, Count,
			Text{"Familje të asistuara", "Families assisted"},
			Text{"Rastet e dhunës në familje në të cilat brenda vitit u mor një masë sigurie, u dha një shërbim ose u krye një veprim i planit, secili një herë: një rast është një familje.", "Domestic violence cases in which a safety measure was taken, a service given or an action of the plan done in the year, each once: a case is a family."}},
		{dv + ".victims_referred", dv, Count,
			Text{"Viktima të referuara në institucione private", "Victims referred to private institutions"},
			Text{"Subjektet e rasteve të dhunës për të cilat u dërgua të paktën një referim te një institucion privat, secili një herë.", "Subjects of domestic violence cases for whom at least one referral was sent to a private institution, each once."}},
		{dv + ".projects_implemented", dv, Count,
			Text{"Projekte të zbatuara", "Projects implemented"},
			Text{"Aktivitetet e mbajtura të llojit “projekt”.", "Activities held of the kind \"project\"."}},
	}
}

// own are figures that nobody publishes yet: what the teams themselves ask for at the end of a year.
func own() []Definition {
	cp, dv := ChildProtection, DomesticViolence
	return []Definition{
		{cp + ".cases_discussed", cp, Count,
			Text{"Raste të diskutuara në GTN", "Cases that the GTN spoke of"},
			Text{"Rastet e mbrojtjes së fëmijës që një mbledhje e mbajtur e grupit i diskutoi, me ose pa vendim, secili një herë në vit.", "Child protection cases that a meeting which was held spoke of, with or without a decision, each once a year."}},
		{dv + ".cases_discussed", dv, Count,
			Text{"Raste të diskutuara në ETN", "Cases that the ETN spoke of"},
			Text{"Rastet e dhunës në familje që një mbledhje e mbajtur e ekipit i diskutoi, me ose pa vendim, secili një herë në vit.", "Domestic violence cases that a meeting which was held spoke of, with or without a decision, each once a year."}},
	}
}

func planned() []Definition {
	cp, dv := ChildProtection, DomesticViolence
	return []Definition{
		{"1.1.01", cp, YearlyChange, Text{"Fëmijë në situatë rruge të trajtuar", "Children in street situations served"},
			Text{"Subjektet e rasteve të mbrojtjes së fëmijës me llojin “situatë rruge” për të cilat u veprua brenda vitit.", "Subjects of child protection cases of the type \"street situation\" on which somebody acted in the year."}},
		{"1.1.03", cp, YearlyChange, Text{"Fëmijë me masë mbrojtëse", "Children with a protection measure"},
			Text{"Subjektet e rasteve të mbrojtjes së fëmijës në të cilat u mor të paktën një masë: vendosje emergjente, mbikëqyrje e specializuar ose kujdes alternativ.", "Subjects of child protection cases in which at least one measure was taken: emergency placement, specialised supervision or alternative care."}},
		{"1.1.05", cp, Count, Text{"Takime të GTN", "Meetings of the GTN"},
			Text{"Mbledhjet e Grupit Teknik Ndërsektorial të mbajtura.", "Meetings of the cross-sector technical group that were held."}},
		{"1.1.06", cp, Count, Text{"Aktivitete për të drejtat e fëmijëve", "Activities on child rights"},
			Text{"Aktivitetet e mbajtura të llojit “ndërgjegjësim për fëmijët”.", "Activities held of the kind \"awareness, children\"."}},
		{"1.2.01", dv, YearlyChange, Text{"Raste të dhunës në familje", "Domestic violence cases"},
			Text{"Rastet e dhunës në familje të hapura brenda vitit.", "Domestic violence cases opened in the year."}},
		{"1.2.02", dv, YearlyChange, Text{"Përfitues të sistemit të referimit", "Beneficiaries of the referral system"},
			Text{"Subjektet e rasteve, të çdo lloji, për të cilat u dërgua një referim brenda vitit, secili një herë.", "Subjects of cases of any kind for whom a referral was sent in the year, each once."}},
		{"1.2.03", dv, Count, Text{"Takime të ETN", "Meetings of the ETN"},
			Text{"Mbledhjet e Ekipit Teknik Ndërdisiplinor të mbajtura.", "Meetings of the interdisciplinary technical team that were held."}},
		{"1.2.04", dv, YearlyChange, Text{"Aktivitete kundër dhunës", "Awareness activities on violence"},
			Text{"Aktivitetet e mbajtura të llojit “ndërgjegjësim për dhunën” ose “16 ditë aktivizëm”.", "Activities held of the kind \"awareness, violence\" or \"16 days of activism\"."}},
		{"1.2.05", dv, Count, Text{"Aktivitete për Ditën e Familjes", "Family Day activities"},
			Text{"Aktivitetet e mbajtura të llojit “Dita e Familjes”.", "Activities held of the kind \"Family Day\"."}},
		{"1.2.06", dv, YearlyChange, Text{"Pjesëmarrës në Ditën e Familjes", "Participants on Family Day"},
			Text{"Shuma e pjesëmarrësve në aktivitetet e mbajtura të llojit “Dita e Familjes”.", "Sum of participants in activities held of the kind \"Family Day\"."}},
		{"1.3.01", dv, Count, Text{"Takime të tryezës konsultative", "Meetings of the consultative table"},
			Text{"Aktivitetet e mbajtura të llojit “tryezë konsultative”.", "Activities held of the kind \"consultative table\"."}},
		{"1.3.02", dv, Count, Text{"Organizata në tryezat konsultative", "Organisations at the consultative tables"},
			Text{"Numri më i madh i organizatave në një takim të vetëm të vitit.", "The largest number of organisations at any one meeting of the year."}},
		{"1.3.03", cp, Count, Text{"Aktivitete për 20 nëntorin", "Activities for 20 November"},
			Text{"Aktivitetet e mbajtura të llojit “20 nëntori”.", "Activities held of the kind \"20 November\"."}},
		{"1.3.04", cp, Count, Text{"Fëmijë pjesëmarrës, 20 nëntori", "Children taking part, 20 November"},
			Text{"Shuma e fëmijëve në aktivitetet e mbajtura të llojit “20 nëntori”.", "Sum of children in activities held of the kind \"20 November\"."}},
		{"1.3.05", cp, Count, Text{"Aktivitete për 1 qershorin", "Activities for 1 June"},
			Text{"Aktivitetet e mbajtura të llojit “1 qershori”.", "Activities held of the kind \"1 June\"."}},
		{"1.3.06", cp, Count, Text{"Fëmijë pjesëmarrës, 1 qershori", "Children taking part, 1 June"},
			Text{"Shuma e fëmijëve në aktivitetet e mbajtura të llojit “1 qershori”.", "Sum of children in activities held of the kind \"1 June\"."}},
		{"1.3.07", dv, Count, Text{"Aktivitete për 8 marsin", "Activities for 8 March"},
			Text{"Aktivitetet e mbajtura të llojit “8 marsi”.", "Activities held of the kind \"8 March\"."}},
		{"1.3.08", dv, YearlyChange, Text{"Pjesëmarrës, 8 marsi", "Participants, 8 March"},
			Text{"Shuma e pjesëmarrësve në aktivitetet e mbajtura të llojit “8 marsi”.", "Sum of participants in activities held of the kind \"8 March\"."}},
		{"1.3.09", dv, YearlyChange, Text{"Gra e vajza pjesëmarrëse, 8 marsi", "Women and girls taking part, 8 March"},
			Text{"Shuma e grave dhe vajzave në aktivitetet e mbajtura të llojit “8 marsi”.", "Sum of women and girls in activities held of the kind \"8 March\"."}},
	}
}
