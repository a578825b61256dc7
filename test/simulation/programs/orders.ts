/** Orders of a shop: each is a process that goes through its steps, and takes back what it did when one fails. */
import {
  type Call,
  CallError,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  GenServer,
  type Info,
  type Pid,
  type Process,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

type Sku = string & { readonly __sku?: never };
type Item = { sku: Sku; count: number };

interface StockProtocol extends Protocol {
  calls:
    | Call<{ type: "reserve"; order: number; items: readonly Item[] }, boolean>
    | Call<{ type: "left"; sku: Sku }, number>;
  casts: { type: "release"; order: number } | { type: "commit"; order: number };
  infos: { type: "lapse"; order: number };
}
const STOCK = processName<Stock>("stock");

class Stock extends GenServer<StockProtocol> {
  private readonly shelves: Map<Sku, number>;
  private readonly reserved = new Map<number, { items: readonly Item[]; timer: TimerRef }>();

  constructor() {
    super();
    this.shelves = new Map(Object.entries({ mug: 5, shirt: 2, poster: 9 }));
  }
  override handleCall(request: StockProtocol["calls"]) {
    if (request.type === "left") return reply(request, this.shelves.get(request.sku) ?? 0);
    const { items, order } = request;
    if (!items.every(({ sku, count }) => (this.shelves.get(sku) ?? 0) >= count)) return reply(request, false);
    this.move(items, -1);
    const timer = this.sendAfter(3_000, this.self, { type: "lapse", order });
    this.reserved.set(order, { items, timer });
    return reply(request, true);
  }
  override handleCast(message: StockProtocol["casts"]) {
    const reservation = this.reserved.get(message.order);
    if (reservation === undefined) return;
    this.cancelTimer(reservation.timer);
    this.reserved.delete(message.order);
    if (message.type === "release") this.move(reservation.items, +1);
  }
  override handleInfo(message: Info<StockProtocol["infos"]>) {
    if (message.type === "lapse") this.handleCast({ type: "release", order: message.order });
  }
  private move(items: readonly Item[], sign: 1 | -1): void {
    for (const { sku, count } of items) this.shelves.set(sku, (this.shelves.get(sku) ?? 0) + sign * count);
  }
}

interface PaymentsProtocol extends Protocol {
  calls: Call<{ type: "charge"; order: number; cents: number }, { receipt: string }>;
  casts: { type: "refund"; receipt: string };
}
const PAYMENTS = processName<Payments>("payments");

class Payments extends GenServer<PaymentsProtocol> {
  static #serial = 1_000;
  private readonly charges: Record<string, number> = {};

  override async handleCall(request: PaymentsProtocol["calls"]) {
    await this.sleep(150);
    if (request.cents > 10_000) throw new Error("card declined");
    const receipt = `r-${++Payments.#serial}`;
    this.charges[receipt] = request.cents;
    return reply(request, { receipt });
  }
  override handleCast({ receipt }: PaymentsProtocol["casts"]) {
    delete this.charges[receipt];
  }
}

async function retry<T>(
  owner: Pick<Process, "sleep">,
  work: () => Promise<T>,
  { times, delay }: { times: number; delay: number },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= times || !(error instanceof CallError)) throw error;
      await owner.sleep(delay * attempt);
    }
  }
}

interface Step {
  readonly name: string;
  run(): Promise<void>;
  undo?(): void;
}

class OrderFailed extends Error {
  override readonly name = "OrderFailed";
}

interface OrderProtocol extends Protocol {
  calls: Call<{ type: "progress" }, string[]>;
}
type OrderData = { id: number; items: readonly Item[]; cents: number };

class Order extends GenServer<OrderProtocol> {
  private order!: OrderData;
  private receipt: string | null = null;
  private readonly done: Step[] = [];

  override init(order: OrderData) {
    this.trapExit(true);
    this.order = order;
    return continueWith({ step: 0 });
  }
  private steps(): Step[] {
    const { id: order, items, cents } = this.order;
    return [
      {
        name: "reserve",
        run: async () => {
          if (!(await this.call(STOCK, { type: "reserve", order, items }))) throw new OrderFailed("sold out");
        },
        undo: () => this.cast(STOCK, { type: "release", order }),
      },
      {
        name: "charge",
        run: async () => {
          const charge = () => this.call(PAYMENTS, { type: "charge", order, cents });
          this.receipt = (await retry(this, charge, { times: 3, delay: 200 })).receipt;
        },
        undo: () => {
          if (this.receipt !== null) this.cast(PAYMENTS, { type: "refund", receipt: this.receipt });
        },
      },
      { name: "ship", run: async () => this.cast(STOCK, { type: "commit", order }) },
    ];
  }
  override async handleContinue({ step: at }: { step: number }) {
    const step = this.steps()[at];
    if (step === undefined) return stop();
    try {
      await step.run();
    } catch (error) {
      if (error instanceof OrderFailed || error instanceof CallError) {
        while (this.done.length > 0) this.done.pop()?.undo?.();
        return stop({ shutdown: `${step.name} failed` });
      }
      throw error;
    }
    this.done.push(step);
    return continueWith({ step: at + 1 });
  }
  override handleCall(request: OrderProtocol["calls"]) {
    return reply(
      request,
      this.done.map(({ name }) => name),
    );
  }
  override terminate(reason: ExitReason) {
    if (reason !== "normal") for (const step of this.done.splice(0).reverse()) step.undo?.();
  }
}

const ORDERS = processName<OrderSup>("orders");
class OrderSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Order> {
    return { intensity: 3, period: 5, child: { start: [Order], restart: "temporary", shutdown: 1_000 } };
  }
}

interface DeskProtocol extends Protocol {
  calls: Call<{ type: "place"; items: readonly Item[]; cents: number }, number>;
  infos: { type: "customer" };
}
class Desk extends GenServer<DeskProtocol> {
  private next = 1;
  private readonly open = new Map<Pid<Order>, number>();
  private readonly outcome = { ok: 0, failed: 0 };

  override init(customers: number) {
    for (let n = 0; n < customers; n++) this.sendAfter(250 * (n + 1), this.self, { type: "customer" });
  }
  private async place(items: readonly Item[], cents: number): Promise<number> {
    const id = this.next++;
    const pid = await this.startChild(ORDERS, [{ id, items, cents }]);
    this.monitor(pid);
    this.open.set(pid, id);
    return id;
  }
  override async handleCall(request: DeskProtocol["calls"]) {
    return reply(request, await this.place(request.items, request.cents));
  }
  override async handleInfo(message: Info<DeskProtocol["infos"]>) {
    if (message.type === "customer") {
      const shirts = this.next % 2;
      await this.place(
        [{ sku: "mug", count: 1 }, ...(shirts ? [{ sku: "shirt", count: shirts }] : [])],
        2_500 * this.next,
      );
    } else if (message.type === "DOWN") {
      this.open.delete(message.pid as Pid<Order>);
      this.outcome[message.reason === "normal" ? "ok" : "failed"] += 1;
    }
  }
}

class BackOfficeSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      period: 5,
      children: [
        { id: "stock", start: [Stock], name: STOCK },
        { id: "payments", start: [Payments], name: PAYMENTS, restart: "permanent" },
      ],
    };
  }
}

export class ShopSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "back_office", start: [BackOfficeSup] },
        { id: "orders", start: [OrderSup], name: ORDERS },
        { id: "desk", start: [Desk, 6] },
      ],
    };
  }
}
