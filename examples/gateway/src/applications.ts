import { store } from "@store";
import { defineApplication } from "suptree";
import { GatewaySup } from "./gateway-sup.ts";

export const gateway = defineApplication({ name: "gateway", applications: [store], start: [GatewaySup] });
