// The pages' one script. Each module looks for what it serves and does nothing where it is not there; every page
// works without any of them, save for what is live by nature.
import { copy } from "./copy.js";
import { countdown } from "./countdown.js";
import { drafts } from "./drafts.js";
import { forms } from "./form.js";
import { guard } from "./guard.js";
import { hide } from "./hide.js";
import { idle } from "./idle.js";
import { keys } from "./keys.js";
import { lanes } from "./lanes.js";
import { leave } from "./leave.js";
import { live } from "./live.js";
import { parts } from "./parts.js";
import { print } from "./print.js";
import { replay } from "./replay.js";
import { sealed } from "./sealed.js";
import { send } from "./send.js";
import { ticker } from "./ticker.js";
import { wall } from "./wall.js";

hide();
forms(); // before send: what is wrong is not sent
send();
sealed(); // before guard: what is sent in place is not sent again
parts();
guard();
copy();
countdown();
keys();
drafts();
idle();
lanes();
leave();
live();
print();
replay();
ticker.start();
wall();
