/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth explain: in words, what each shot's matte was made of and which flag to try. The figures
 * behind the sentences are what --json prints. */

#include <assert.h>
#include <math.h>

#include "cli/front.h"
#include "cli/json_line.h"
#include "cli/pipes.h"
#include "cli/print.h"
#include "cli/verb_list.h"
#include "jobs/explain.h"

static void print_finding(const zd_finding *f, int number)
{
    assert(number > 0);
    const zd_matte_facts *facts = &f->facts;
    bool good = true;
    int count;
    const zd_advice *advices = zd_explain_advices(&count);
    zd_say(stdout, "shot %d, looked at in frame %lld:", number, (long long) f->frame);
    if (zd_explain_has_subject(f)) {
        zd_say(stdout,
               "  %s %.0f %% of the picture %s taken for the subject; the matte covers %.0f %%.",
               facts->subjects == 1 ? "One part of" : "Parts of", (double) facts->subject * 100.0,
               facts->subjects == 1 ? "is" : "are", (double) facts->foreground * 100.0);
    } else {
        zd_say(stdout, "  The matte covers %.0f %% of the picture.",
               (double) facts->foreground * 100.0);
    }
    if (f->shot->selected) {
        bool is_open = !isfinite(f->shot->selected_out);
        zd_say(stdout, "  Boxes chose the depths %.4g to %.4g.", (double) f->shot->selected_in,
               is_open ? (double) f->shot->range.nearest : (double) f->shot->selected_out);
    } else {
        zd_say(stdout, "  Depth In %.4g, about %.0f %% sure.", (double) f->shot->suggested_in,
               (double) f->shot->confidence * 100.0);
    }
    for (int i = 0; i < count; i++) {
        if (advices[i].applies(f)) {
            zd_say(stdout, "  %s", advices[i].text);
            good = false;
        }
    }
    if (good) {
        zd_say(stdout, "  Nothing looks wrong.");
    }
}

static void print_hand(const zd_hand_finding *hand)
{
    if (hand->garbage + hand->holdout > 0) {
        zd_say(stdout, "Mended by hand: garbage shapes %d, holdout shapes %d.", hand->garbage,
               hand->holdout);
    }
    if (hand->supplied != NULL) {
        zd_say(stdout, "A supplied matte, '%s', mode %s.", hand->supplied, hand->mode);
    }
}

static void json_hand(zd_json *json, const zd_hand_finding *hand)
{
    zd_json_number(json, "garbage_shapes", hand->garbage);
    zd_json_number(json, "holdout_shapes", hand->holdout);
    if (hand->supplied != NULL) {
        zd_json_text(json, "matte_in", hand->supplied);
        zd_json_text(json, "matte_in_mode", hand->mode);
    }
}

static void json_finding(zd_json *json, const zd_finding *f, int number)
{
    int count;
    const zd_advice *advices = zd_explain_advices(&count);
    zd_json_open(json, NULL, '{');
    zd_json_number(json, "shot", number);
    zd_json_number(json, "frame", (double) f->frame);
    zd_json_number(json, "confidence", (double) f->shot->confidence);
    zd_json_number(json, "foreground", (double) f->facts.foreground);
    zd_json_number(json, "subject", (double) f->facts.subject);
    zd_json_number(json, "subject_inside", (double) f->facts.in_subject);
    zd_json_number(json, "floor", (double) f->facts.floor);
    zd_json_number(json, "doubtful", (double) f->facts.doubtful);
    zd_json_number(json, "subjects", f->facts.subjects);
    zd_json_bool(json, "boxes", f->shot->selected);
    zd_json_open(json, "advice", '[');
    for (int i = 0; i < count; i++) {
        if (advices[i].applies(f)) {
            zd_json_text(json, NULL, advices[i].name);
        }
    }
    zd_json_close(json, ']');
    zd_json_close(json, '}');
}

/* What an insert is called by those who put it in. */
static const char *insert_name(const zd_params *insert, const char **kind)
{
    bool is_title = zd_params_is_set(insert, ZD_P_TITLE);
    *kind = is_title ? "title" : "insert";
    return zd_params_text(insert, is_title ? ZD_P_TITLE : ZD_P_INSERT);
}

/* How sure the track is. */
static void print_track(const zd_clip_track_report *t)
{
    double right;
    double up;
    if (t->is_tracked && t->frames > t->held) {
        zd_say(
            stdout,
            "  It follows what is behind it: %.0f %% of that is seen again from frame to frame, %.0f %% at "
            "least, off by %.2f pixels at most.",
            100.0 * t->agreement, 100.0 * t->least, t->error_px);
    }
    if (t->is_tracked && t->held > 0) {
        zd_say(stdout, "  In %lld of %lld frames there is nothing to follow.", (long long) t->held,
               (long long) t->frames);
    }
    if (t->is_laid) {
        zd_wall_plane_turn(&t->plane, &right, &up);
        zd_say(stdout, "  It lies on a plane that is turned %.0f degrees to the %s and %.0f %s.",
               fabs(right), right < 0.0 ? "left" : "right", fabs(up), up < 0.0 ? "down" : "up");
    }
    if (t->is_revealed) {
        zd_say(stdout, "  It comes out from where %.0f %% of it is hidden.", 100.0 * t->hidden);
    }
}

static void print_insert(const zd_params *insert, const zd_explain_insert *finding)
{
    const char *kind;
    double share = finding->visible;
    const char *name = insert_name(insert, &kind);
    if (share < 0.0) {
        zd_say(stdout, "The %s '%s' is not on in the frames looked at.", kind, name);
        return;
    }
    zd_say(stdout, "Of the %s '%s' %.0f %% shows in the frames looked at.", kind, name,
           share * 100.0);
    if (share * 100.0 < ZD_EXPLAIN_LEAST_SHARE) {
        zd_say(stdout,
               "  The foreground hides the rest: move it (--x, --y), make it larger (--size), or "
               "raise --depth-in.");
    }
    print_track(&finding->track);
}

static void json_insert(zd_json *json, const zd_params *insert, const zd_explain_insert *finding)
{
    const char *kind;
    const zd_clip_track_report *t = &finding->track;
    zd_json_open(json, NULL, '{');
    zd_json_text(json, "name", insert_name(insert, &kind));
    zd_json_text(json, "kind", kind);
    zd_json_number(json, "visible", finding->visible);
    if (t->is_tracked) {
        zd_json_open(json, "track", '{');
        zd_json_number(json, "frames", (double) t->frames);
        zd_json_number(json, "held", (double) t->held);
        zd_json_number(json, "agreement", t->agreement);
        zd_json_number(json, "least_agreement", t->least);
        zd_json_number(json, "error_px", t->error_px);
        zd_json_close(json, '}');
    }
    if (t->is_laid) {
        double right;
        double up;
        zd_wall_plane_turn(&t->plane, &right, &up);
        zd_json_open(json, "plane", '{');
        zd_json_number(json, "right_deg", right);
        zd_json_number(json, "up_deg", up);
        zd_json_number(json, "agreement", t->plane.agreement);
        zd_json_close(json, '}');
    }
    if (t->is_revealed) {
        zd_json_number(json, "hidden_at_first", t->hidden);
    }
    zd_json_close(json, '}');
}

/* The inserts of the project, where there are some. */
static zd_status explain_inserts(zd_cli *cli, zd_clip *clip, const zd_clip_options *options,
                                 zd_json *json, zd_error *err)
{
    const zd_project *project = clip->project;
    size_t count = (size_t) project->insert_count;
    if (count == 0) {
        return ZD_OK;
    }
    zd_explain_insert *findings = zd_alloc_zeroed(cli->ctx, count, sizeof *findings);
    if (findings == NULL) {
        return zd_fail_memory(err, "what shows of the inserts");
    }
    zd_status status = zd_explain_inserts(clip, options, &cli->task, findings, err);
    zd_cli_progress_end(&cli->progress);
    if (json != NULL) {
        zd_json_open(json, "inserts", '[');
    }
    for (size_t i = 0; status == ZD_OK && i < count; i++) {
        if (json != NULL) {
            json_insert(json, &project->inserts[i], &findings[i]);
        } else {
            print_insert(&project->inserts[i], &findings[i]);
        }
    }
    if (json != NULL) {
        zd_json_close(json, ']');
    }
    zd_free(cli->ctx, findings);
    return status;
}

static zd_status explain_shots(zd_cli *cli, zd_clip *clip, zd_json *json, zd_error *err)
{
    int first;
    int end;
    zd_clip_shots_in_range(clip, &first, &end);
    for (int i = first; i < end; i++) {
        zd_finding f;
        ZD_TRY(zd_explain_shot(clip, i, &cli->task, &f, err));
        if (json != NULL) {
            json_finding(json, &f, i + 1);
        } else {
            print_finding(&f, i + 1);
        }
    }
    return ZD_OK;
}

static zd_status print_json(zd_cli *cli, zd_clip *clip, const zd_clip_options *options,
                            zd_error *err)
{
    zd_cli_line line;
    zd_cli_line_result(&line, cli->ctx, "explain");
    zd_json_text(&line.json, "footage", zd_pipe_shown(clip->info->path));
    zd_hand_finding hand = zd_explain_hand(clip);
    json_hand(&line.json, &hand);
    zd_json_open(&line.json, "shots", '[');
    zd_status status = explain_shots(cli, clip, &line.json, err);
    zd_json_close(&line.json, ']');
    if (status == ZD_OK) {
        status = explain_inserts(cli, clip, options, &line.json, err);
    }
    return zd_cli_line_print(&line, status, err);
}

static zd_status run_explain(zd_cli *cli, zd_args *args, zd_error *err)
{
    zd_clip clip;
    zd_clip_options options = { .no_cache = cli->no_cache, .cache_folder = cli->cache_folder };
    ZD_TRY(zd_clip_open(cli->ctx, &args->project, &options, &clip, err));
    zd_status status = zd_clip_analyse(&clip, &cli->task, err);
    zd_cli_progress_end(&cli->progress);
    if (status == ZD_OK && !cli->json) {
        zd_hand_finding hand = zd_explain_hand(&clip);
        print_hand(&hand);
    }
    if (status == ZD_OK) {
        status = cli->json ? print_json(cli, &clip, &options, err)
                           : explain_shots(cli, &clip, NULL, err);
    }
    if (status == ZD_OK && !cli->json) {
        status = explain_inserts(cli, &clip, &options, NULL, err);
    }
    zd_clip_close(&clip);
    return status;
}

const zd_verb zd_verb_explain = {
    .name = "explain",
    .summary = "Tell in words what was taken for the subject, how sure that is, and what to try.",
    .synopsis = "FOOTAGE [FLAGS]",
    .text =
        "Finds the depth as info does, looks at the middle frame of each shot and says what its "
        "matte consists of: whether ground came along, whether there are several subjects, "
        "whether the split is a guess, and which flag would help; and how much of a title or insert "
        "would show. With --json the figures behind it.",
    .examples = "  zdepth explain walk.mp4\n  zdepth explain --json walk.mp4\n"
                "  zdepth explain walk.mp4 --title HELLO --size 0.3\n",
    .groups =
        1U << ZD_GROUP_SOURCE | 1U << ZD_GROUP_DEPTH | 1U << ZD_GROUP_MATTE | 1U << ZD_GROUP_INSERT,
    .min_positional = 1,
    .max_positional = 1,
    .footage = true,
    .run = ZD_CLI_RUN(run_explain),
};
