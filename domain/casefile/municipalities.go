package casefile

// Municipalities are the other 60 of the 61, by name without accents: to whom a case may be handed over.
var Municipalities = []string{
	"belsh", "berat", "bulqize", "cerrik", "delvine", "devoll", "diber", "divjake",
	"dropull", "durres", "elbasan", "fier", "finiq", "fushe_arrez", "gjirokaster", "gramsh",
	"has", "himare", "kamez", "kavaje", "kelcyre", "klos", "kolonje", "konispol",
	"korce", "kruje", "kucove", "kukes", "kurbin", "lezhe", "libohove", "librazhd",
	"lushnje", "malesi_e_madhe", "maliq", "mallakaster", "mat", "memaliaj", "mirdite", "patos",
	"peqin", "permet", "pogradec", "polican", "prrenjas", "puke", "pustec", "roskovec",
	"rrogozhine", "sarande", "selenice", "shijak", "skrapar", "tepelene", "tirane", "tropoje",
	"ura_vajgurore", "vau_i_dejes", "vlore", "vore",
}
