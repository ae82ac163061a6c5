/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One line that is redrawn on a terminal, a line every few seconds in a log, JSON on request. */

#include <assert.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

void zd_cli_progress_begin(zd_cli_progress_line *line, FILE *stream, bool json, bool quiet)
{
    *line = (zd_cli_progress_line){
        .stream = stream, .terminal = isatty(fileno(stream)) != 0, .json = json, .quiet = quiet
    };
}

void zd_clock_text(double seconds, char *to, size_t size)
{
    assert(size > 0);
    int s = seconds < 359999.0 ? (int) (seconds + 0.5) : 359999;
    if (s >= 3600) {
        snprintf(to, size, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    } else {
        snprintf(to, size, "%d:%02d", s / 60, s % 60);
    }
}

static void print_line(zd_cli_progress_line *line, int64_t done, int64_t total, double elapsed_s)
{
    double rate = elapsed_s > 0 ? (double) (done - line->started_done) / elapsed_s : 0;
    double left_s = rate > 0 && total > done ? (double) (total - done) / rate : 0;
    if (line->json) {
        fprintf(
            line->stream,
            "{\"v\": 1, \"type\": \"progress\", \"stage\": \"%s\", \"done\": %lld, \"total\": %lld, \"rate\": %.3f, "
            "\"left_s\": %.1f}\n",
            line->stage, (long long) done, (long long) total, rate, left_s);
        fflush(line->stream);
        return;
    }
    char left[32];
    zd_clock_text(left_s, left, sizeof left);
    fprintf(line->stream, "%s%s: ", line->terminal ? "\r" : "", line->stage);
    fprintf(line->stream, "%lld", (long long) done);
    if (total > 0) {
        fprintf(line->stream, " of %lld (%d %%)", (long long) total, (int) (100 * done / total));
    }
    if (rate > 0) { /* nobody knows with the first frame */
        fprintf(line->stream, ", %.1f a second", rate);
    }
    if (rate > 0 && total > 0) {
        fprintf(line->stream, ", %s left", left);
    }
    fputs(line->terminal ? "\033[K" : "\n", line->stream);
    line->drawn = line->terminal;
    fflush(line->stream);
}

void zd_cli_progress_callback(void *user, const char *stage, int64_t done, int64_t total)
{
    assert(stage != NULL && done >= 0);
    zd_cli_progress_line *line = user;
    double now = now_s();
    if (line->quiet) {
        return;
    }
    if (strcmp(stage, line->stage) != 0) {
        zd_cli_progress_end(line);
        snprintf(line->stage, sizeof line->stage, "%s", stage);
        line->started_s = now;
        line->started_done = done;
        line->printed_s = now - (line->terminal ? 1.0 : 3.0);
    }
    double interval = line->terminal || line->json ? 0.2 : 5.0;
    if (now - line->printed_s >= interval || (total > 0 && done == total)) {
        line->printed_s = now;
        print_line(line, done, total, now - line->started_s);
    }
}

void zd_cli_progress_interrupt(zd_cli_progress_line *line)
{
    if (line->drawn) {
        fputc('\n', line->stream);
        line->drawn = false;
    }
}

void zd_cli_progress_end(zd_cli_progress_line *line)
{
    zd_cli_progress_interrupt(line);
    line->stage[0] = '\0';
}
