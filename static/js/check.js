/** The check of the day before: the same as at the door, on a page of its own. */

import { OwnMedia } from "./devices.js";
import { DeviceCheck } from "./room/page/check.js";
import { setRoot } from "./room/page/dom.js";

const root = /** @type {HTMLElement} */ (document.getElementById("meeting"));
setRoot(root);
const own = new OwnMedia({ devices: navigator.mediaDevices, changed: () => check.draw() });
const check = new DeviceCheck(/** @type {Element} */ (root.querySelector("[data-check]")), own);
check.start();
