/** Bookings of a night train: seats are held for a while, a saga over partners, an operator who restarts parts by hand. */
import {
  type Call,
  CallError,
  defineApplication,
  type From,
  GenServer,
  type Info,
  noReply,
  ok,
  type ProcessName,
  type Protocol,
  processName,
  reply,
  replyTo,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

type Seat = `${number}${"A" | "B"}`;
type Hold = { readonly who: string; readonly timer: TimerRef };

interface CarProtocol extends Protocol {
  calls:
    | Call<{ type: "hold"; who: string }, Seat | null>
    | Call<{ type: "confirm"; seat: Seat; who: string }, boolean>
    | Call<{ type: "free" }, number>;
  infos: { type: "lapse"; seat: Seat };
}

class Car extends GenServer<CarProtocol> {
  private readonly free = new Set<Seat>();
  private readonly held = new Map<Seat, Hold>();
  private readonly sold = new Map<Seat, string>();

  override init(_number: number, rows: number) {
    for (let row = 1; row <= rows; row++)
      for (const side of ["A", "B"] as const) this.free.add(`${row}${side}`);
    return ok({ seats: this.free.size });
  }
  override handleCall(request: CarProtocol["calls"]) {
    switch (request.type) {
      case "free":
        return reply(request, this.free.size);
      case "hold": {
        const [seat] = this.free;
        if (seat === undefined) return reply(request, null);
        this.free.delete(seat);
        const timer = this.sendAfter(1_500, this.self, { type: "lapse", seat });
        this.held.set(seat, { who: request.who, timer });
        return reply(request, seat);
      }
      case "confirm": {
        const hold = this.held.get(request.seat);
        if (hold?.who !== request.who) return reply(request, false);
        this.cancelTimer(hold.timer);
        this.held.delete(request.seat);
        this.sold.set(request.seat, request.who);
        return reply(request, true);
      }
    }
  }
  override handleInfo(message: Info<CarProtocol["infos"]>) {
    if (message.type === "lapse" && this.held.delete(message.seat)) this.free.add(message.seat);
  }
}

interface PaymentProtocol extends Protocol {
  calls: Call<{ type: "pay"; who: string; amount: number }, "paid" | "refused">;
  infos: { type: "settle"; who: string; from: From<"paid" | "refused">; amount: number };
}
const PAYMENT = processName<Payment>("payment");

/** Answers later, as a bank does. */
class Payment extends GenServer<PaymentProtocol> {
  private taken = 0;
  override handleCall(request: PaymentProtocol["calls"], from: From) {
    const { who, amount } = request;
    this.sendAfter(180, this.self, { type: "settle", who, from: replyTo(request, from), amount });
    return noReply;
  }
  override handleInfo(message: Info<PaymentProtocol["infos"]>) {
    if (message.type !== "settle") return undefined;
    const refused = message.who.length % 4 === 0;
    if (!refused) this.taken += message.amount;
    this.reply(message.from, refused ? "refused" : "paid");
    return this.taken > 100_000 ? stop({ shutdown: "vault is full" }) : undefined;
  }
}

interface BookingProtocol extends Protocol {
  calls: Call<{ type: "book"; who: string }, { car: number; seat: Seat } | string>;
}
const BOOKING = processName<Booking>("booking");

class Booking extends GenServer<BookingProtocol> {
  readonly #cars: Map<number, ProcessName<Car>> = new Map();
  #prices = (car: number) => 79 + 10 * car;
  readonly #failures: Record<string, string> = {};

  override init(cars: readonly number[]) {
    for (const car of cars) this.#cars.set(car, carName(car));
  }
  override async handleCall(request: BookingProtocol["calls"]) {
    const { who } = request;
    for (const [car, name] of this.#cars) {
      let seat: Seat | null = null;
      try {
        seat = await this.call(name, { type: "hold", who }, 1_000);
        if (seat === null) continue;
        const paid = await this.call(PAYMENT, { type: "pay", who, amount: this.#prices(car) }, 1_000);
        if (paid === "refused") return reply(request, "refused");
        if (await this.call(name, { type: "confirm", seat, who })) return reply(request, { car, seat });
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        this.#failures[who] = `car ${car}: ${error.message}`;
      } finally {
        if (seat === null) this.#failures[who] ??= "full";
      }
    }
    return reply(request, this.#failures[who] ?? "sold out");
  }
}

interface TravellersProtocol extends Protocol {
  infos: { type: "next" };
}
class Travellers extends GenServer<TravellersProtocol> {
  private names: Iterator<string> = [][Symbol.iterator]();
  private booked: string[] = [];

  override init(...names: string[]) {
    this.names = names.values();
    this.sendAfter(250, this.self, { type: "next" });
  }
  override async handleInfo(message: Info<TravellersProtocol["infos"]>) {
    if (message.type !== "next") return undefined;
    const { done, value: who } = this.names.next();
    if (done || who === undefined) return stop("normal");
    const booked = await this.call(BOOKING, { type: "book", who });
    if (typeof booked === "object") this.booked.push(`${who}: ${booked.car}/${booked.seat}`);
    this.sendAfter(400, this.self, { type: "next" });
    return undefined;
  }
}

interface OperatorProtocol extends Protocol {
  infos: { type: "shift" };
}
/** Takes a car out of service, and back again. */
class Operator extends GenServer<OperatorProtocol> {
  private shifts = 0;
  private out: string | null = null;

  override init() {
    this.sendAfter(1_900, this.self, { type: "shift" });
  }
  override async handleInfo(message: Info<OperatorProtocol["infos"]>) {
    if (message.type !== "shift") return;
    this.shifts++;
    if (this.out === null) {
      this.out = `car_${1 + (this.shifts % 2)}`;
      const { error } = await this.terminateChild(CARS, this.out);
      if (error !== undefined) this.out = null;
    } else {
      const restarted = await this.restartChild(CARS, this.out);
      if (restarted.error === undefined) this.out = null;
    }
    this.sendAfter(1_900, this.self, { type: "shift" });
  }
}

const carName = (car: number) => processName<Car>(`car.${car}`);
const CARS = processName<CarsSup>("cars");

class CarsSup extends Supervisor {
  override init(cars: readonly number[]): SupervisorSpec<typeof Car> {
    return {
      intensity: 2,
      period: 10,
      children: cars.map((car) => ({ id: `car_${car}`, start: [Car, car, 1] as const, name: carName(car) })),
    };
  }
}

const NUMBERS = [1, 2];

class BookingSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "payment", start: [Payment], name: PAYMENT },
        { id: "cars", start: [CarsSup, NUMBERS], name: CARS },
        { id: "booking", start: [Booking, NUMBERS], name: BOOKING },
        { id: "operator", start: [Operator] },
        {
          id: "travellers",
          start: [Travellers, "ada", "bert", "carla", "dora", "egon", "fritz", "gunda"],
          restart: "transient",
        },
      ],
    };
  }
}

export const train = defineApplication({ name: "train", start: [BookingSup] });
