/*
 * The yardstick written by hand in C: what one core can do when nobody has to read the model.
 *
 * It is the same model as yardstick.yaml, with the same keyed draws (Threefry2x32-20, both words of a block) and the same
 * whole-number pick, so with the same keys it must count exactly the same outcomes as the kernel. As a second mode
 * it draws from one sfc32 stream, the fastest generator that would serve if replications need not be reproducible alone.
 *
 *   reference keyed RUNS K0 K1 K2 K3 K4 K5   (the keys of the three turns)
 *   reference stream RUNS
 *
 * Prints the seconds of processor time and the counts of invasion, settlement and stalemate.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HORIZON = 60 };
enum { PENDING, ACCEPTED, PARTIAL, REJECTED };
enum { INVASION, SETTLEMENT, STALEMATE };

static inline uint32_t rotate(uint32_t x, int by) { return x << by | x >> (32 - by); }

static inline void mix(uint32_t *x, uint32_t *y, int a, int b, int c, int d) {
  *x += *y; *y = rotate(*y, a) ^ *x;
  *x += *y; *y = rotate(*y, b) ^ *x;
  *x += *y; *y = rotate(*y, c) ^ *x;
  *x += *y; *y = rotate(*y, d) ^ *x;
}

static inline void threefry(const uint32_t key[2], uint32_t one, uint32_t other, uint32_t out[2]) {
  const uint32_t k0 = key[0], k1 = key[1], k2 = 0x1BD11BDAu ^ k0 ^ k1;
  uint32_t x = one + k0, y = other + k1;
  mix(&x, &y, 13, 15, 26, 6);  x += k1; y += k2 + 1;
  mix(&x, &y, 17, 29, 16, 24); x += k2; y += k0 + 2;
  mix(&x, &y, 13, 15, 26, 6);  x += k0; y += k1 + 3;
  mix(&x, &y, 17, 29, 16, 24); x += k1; y += k2 + 4;
  mix(&x, &y, 13, 15, 26, 6);  x += k2; y += k0 + 5;
  out[0] = x; out[1] = y;
}

typedef struct { uint32_t a, b, c, counter; } Stream;

static inline uint32_t next_word(Stream *s) {
  const uint32_t word = s->a + s->b + s->counter++;
  s->a = s->b ^ (s->b >> 9);
  s->b = s->c + (s->c << 3);
  s->c = rotate(s->c, 21) + word;
  return word;
}

static inline int within(int value, int high) { return value < 0 ? 0 : value > high ? high : value; }

/* The word of an actor's turn: a block serves two rounds. */
#define DRAW(actor) \
  (keyed ? ((round & 1) == 0 ? threefry(keys[actor], run, (uint32_t)round >> 1, words[actor]) : (void)0, \
            words[actor][round & 1]) \
         : next_word(&stream))
#define PICK(word, total) ((uint64_t)(word) * (total) >> 32)

static inline __attribute__((always_inline)) void simulate(int keyed, uint32_t runs, uint32_t keys[3][2], long counts[3]) {
  Stream stream = {1, 2, 3, 4};
  for (uint32_t run = 0; run < runs; run++) {
    int reply = PENDING, recognition = 0, measures = 0, talks = 0, tension = 8, patience = 10;
    int end = STALEMATE;
    uint32_t words[3][2];
    for (int round = 0; round < HORIZON; round++) {
      { /* Russia */
        const uint32_t word = DRAW(0);
        const int escalate = measures < 3 && patience <= 7 ? 1 + (tension >> 2) : 0;
        const int deescalate = measures >= 1 && measures <= 3 && tension <= 14 ? 3 : 0;
        const int recognise = recognition < 3 && reply != ACCEPTED ? 1 + (talks > 0) : 0;
        const int invade = measures == 3 && (patience <= 2 || tension >= 16) ? 1 + (tension >> 3) : 0;
        const uint32_t picked = PICK(word, 8 + escalate + deescalate + recognise + invade);
        uint32_t sum = 8;
        if (picked < sum) patience--;
        else if (picked < (sum += escalate)) { measures++; tension += 2; }
        else if (picked < (sum += deescalate)) { measures--; tension -= 2; patience++; }
        else if (picked < (sum += recognise)) { recognition++; tension++; }
        else { measures = 4; tension += 4; }
        tension = within(tension, 20); patience = within(patience, 10);
        if (measures == 4) { end = INVASION; break; }
        if (reply == ACCEPTED && talks == 0 && tension <= 3) { end = SETTLEMENT; break; }
      }
      { /* United States */
        const uint32_t word = DRAW(1);
        const int offer = reply == PENDING || reply == REJECTED;
        const int accept = reply == PARTIAL && talks == 0 ? (tension <= 8 ? 2 : 1) : 0;
        const int reject = (reply == PENDING || reply == PARTIAL) && tension >= 8 ? 1 + (tension >> 3) : 0;
        const int reopen = talks == 1 ? 2 + (patience >> 2) : 0;
        const uint32_t picked = PICK(word, 8 + offer + accept + reject + reopen);
        uint32_t sum = 8;
        if (picked < sum) {}
        else if (picked < (sum += offer)) { reply = PARTIAL; tension--; patience += 2; }
        else if (picked < (sum += accept)) { reply = ACCEPTED; tension -= 2; patience++; }
        else if (picked < (sum += reject)) { reply = REJECTED; tension += 2; patience -= 2; }
        else { talks = 0; tension -= 2; }
        tension = within(tension, 20); patience = within(patience, 10);
        if (reply == ACCEPTED && talks == 0 && tension <= 3) { end = SETTLEMENT; break; }
      }
      { /* Ukraine */
        const uint32_t word = DRAW(2);
        const int concede = recognition < 3 && talks == 0 ? 1 + (patience >= 4) : 0;
        const int mobilise = measures >= 1 ? 1 + (tension >> 2) : 0;
        const int suspend = talks == 0 && (measures >= 2 || recognition >= 2) ? 1 + (tension >> 3) : 0;
        const int collapse = talks == 1 && tension >= 10;
        const uint32_t picked = PICK(word, 8 + concede + mobilise + suspend + collapse);
        uint32_t sum = 8;
        if (picked < sum) {}
        else if (picked < (sum += concede)) { tension -= 2; patience++; }
        else if (picked < (sum += mobilise)) tension += 2;
        else if (picked < (sum += suspend)) { talks = 1; tension++; patience--; }
        else { talks = 2; tension += 2; patience -= 2; }
        tension = within(tension, 20); patience = within(patience, 10);
        if (reply == ACCEPTED && talks == 0 && tension <= 3) { end = SETTLEMENT; break; }
      }
    }
    counts[end]++;
  }
}

int main(int count, char **arguments) {
  const int keyed = count > 1 && strcmp(arguments[1], "keyed") == 0;
  if (count != (keyed ? 9 : 3)) {
    fprintf(stderr, "usage: reference keyed RUNS K0 K1 K2 K3 K4 K5 | reference stream RUNS\n");
    return 2;
  }
  uint32_t keys[3][2] = {{0}};
  for (int index = 0; keyed && index < 6; index++) keys[index / 2][index % 2] = strtoul(arguments[3 + index], NULL, 10);
  const uint32_t runs = strtoul(arguments[2], NULL, 10);
  long counts[3] = {0};
  const clock_t begun = clock();
  if (keyed) simulate(1, runs, keys, counts);
  else simulate(0, runs, keys, counts);
  printf("%.6f %ld %ld %ld\n", (double)(clock() - begun) / CLOCKS_PER_SEC, counts[0], counts[1], counts[2]);
  return 0;
}
