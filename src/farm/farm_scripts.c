/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Ways to have a farm's chunks done: Slurm (array jobs that wait for each other by afterok), Open Job
 * Description (template jobtemplate-2023-09), make on one machine. All call `zdepth farm run`. */

#include <stdio.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/os.h"
#include "farm/farm_internal.h"

static const char task_script[] =
    "#!/bin/sh\n"
    "# One chunk of this farm, as Slurm runs it: task.sh FOLDER chunk|join\n"
    "# $ZDEPTH is the program, zdepth on the path without it.\n"
    "set -eu\n"
    "threads=${SLURM_CPUS_PER_TASK:+--threads $SLURM_CPUS_PER_TASK}\n"
    "if [ \"$2\" = join ]; then\n"
    "    exec \"${ZDEPTH:-zdepth}\" farm join \"$1\" $threads\n"
    "fi\n"
    "exec \"${ZDEPTH:-zdepth}\" farm run \"$1\" --chunk \"$SLURM_ARRAY_TASK_ID\" $threads\n";

static zd_status write_file(const zd_farm *farm, const char *name, zd_text *text, bool is_program,
                            zd_error *err)
{
    char *path = zd_farm_file(farm, "%s", name);
    zd_status status =
        path != NULL ? zd_text_finish(text, "the farm", err) : zd_fail_memory(err, "the farm");
    if (status == ZD_OK) {
        status = zd_file_write(farm->ctx, path, text->data, text->length, err);
    }
    if (status == ZD_OK && is_program) {
        chmod(path, 0755);
    }
    zd_text_release(text);
    zd_free(farm->ctx, path);
    return status;
}

static void add_array(zd_text *out, const char *name, int first, int count, const char *after)
{
    zd_text_format(
        out, "%s=$(sbatch --parsable --requeue --job-name=zdepth-%s --output=log/%%x-%%a.txt ",
        name, name);
    if (after != NULL) {
        zd_text_format(out, "--dependency=afterok:$%s ", after);
    }
    zd_text_format(out, "--array=%d-%d \"$@\" task.sh \"$PWD\" chunk)\n", first, first + count - 1);
}

static zd_status write_slurm(const zd_farm *farm, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, farm->ctx);
    zd_text_add(&text, task_script);
    ZD_TRY(write_file(farm, "task.sh", &text, true, err));
    zd_text_init(&text, farm->ctx);
    zd_text_add(
        &text,
        "#!/bin/sh\n"
        "# Submits this farm to Slurm, each phase after the one before; options for sbatch may be\n"
        "# given: ./slurm.sh --partition=night --mem=4G --cpus-per-task=4\n"
        "# A chunk may be killed and requeued at any time.\n"
        "set -eu\n"
        "cd \"$(dirname \"$0\")\"\n");
    if (farm->depth_count > 0) {
        add_array(&text, "depth", 0, farm->depth_count, NULL);
    }
    add_array(&text, "fit", farm->depth_count, 1, farm->depth_count > 0 ? "depth" : NULL);
    add_array(&text, "pictures", farm->depth_count + 1, farm->picture_count, "fit");
    zd_text_add(&text,
                "join=$(sbatch --parsable --requeue --job-name=zdepth-join --output=log/%x.txt "
                "--dependency=afterok:$pictures \"$@\" task.sh \"$PWD\" join)\n");
    zd_text_format(&text, "echo \"%sfit=$fit pictures=$pictures join=$join\"\n",
                   farm->depth_count > 0 ? "depth=$depth " : "");
    return write_file(farm, "slurm.sh", &text, true, err);
}

static void add_step(zd_text *out, const char *name, int first, int count, const char *after)
{
    zd_text_format(out, "  - name: %s\n", name);
    if (after != NULL) {
        zd_text_format(out, "    dependencies:\n      - dependsOn: %s\n", after);
    }
    if (count > 0) {
        zd_text_format(out,
                       "    parameterSpace:\n"
                       "      taskParameterDefinitions:\n"
                       "        - name: Chunk\n"
                       "          type: INT\n"
                       "          range: \"%d-%d\"\n",
                       first, first + count - 1);
    }
    zd_text_add(out, "    script:\n"
                     "      actions:\n"
                     "        onRun:\n"
                     "          command: \"{{Param.Zdepth}}\"\n");
    zd_text_add(out, count > 0 ? "          args: [\"farm\", \"run\", \"{{Param.Folder}}\", "
                                 "\"--chunk\", \"{{Task.Param.Chunk}}\"]\n"
                               : "          args: [\"farm\", \"join\", \"{{Param.Folder}}\"]\n");
}

static zd_status write_openjd(const zd_farm *farm, zd_error *err)
{
    zd_text text;
    char folder[ZD_OS_PATH];
    if (zd_os_real_path(farm->folder, folder) != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot tell where '%s' is", farm->folder);
    }
    zd_text_init(&text, farm->ctx);
    zd_text_add(&text, "# Open Job Description: deadline bundle submit, or openjd run.\n"
                       "specificationVersion: jobtemplate-2023-09\n"
                       "name: zdepth\n"
                       "parameterDefinitions:\n"
                       "  - name: Folder\n"
                       "    type: STRING\n"
                       "    description: This farm's folder, where the machines see it.\n"
                       "    default: ");
    zd_text_json_string(&text, folder);
    zd_text_add(&text, "\n"
                       "  - name: Zdepth\n"
                       "    type: STRING\n"
                       "    description: The program.\n"
                       "    default: zdepth\n"
                       "steps:\n");
    if (farm->depth_count > 0) {
        add_step(&text, "Depth", 0, farm->depth_count, NULL);
    }
    add_step(&text, "Fit", farm->depth_count, 1, farm->depth_count > 0 ? "Depth" : NULL);
    add_step(&text, "Pictures", farm->depth_count + 1, farm->picture_count, "Fit");
    add_step(&text, "Join", 0, 0, "Pictures");
    return write_file(farm, "openjd/template.yaml", &text, false, err);
}

static void add_targets(zd_text *out, const char *name, int first, int count)
{
    zd_text_format(out, "%s :=", name);
    for (int i = 0; i < count; i++) {
        zd_text_format(out, " state/%d.done", first + i);
    }
    zd_text_add(out, "\n");
}

static zd_status write_makefile(const zd_farm *farm, zd_error *err)
{
    zd_text text;
    zd_text_init(&text, farm->ctx);
    zd_text_add(&text, "# This farm on one machine: make -C FOLDER, or make -j2 -C FOLDER.\n"
                       "# Goes on where it was interrupted or killed.\n"
                       "ZDEPTH ?= zdepth\n");
    add_targets(&text, "DEPTH", 0, farm->depth_count);
    add_targets(&text, "FIT", farm->depth_count, 1);
    add_targets(&text, "PICTURES", farm->depth_count + 1, farm->picture_count);
    zd_text_add(&text, "join: $(PICTURES)\n"
                       "\t\"$(ZDEPTH)\" farm join .\n"
                       "$(PICTURES): $(FIT)\n"
                       "$(FIT): $(DEPTH)\n"
                       "$(DEPTH) $(FIT) $(PICTURES):\n"
                       "\t\"$(ZDEPTH)\" farm run . --chunk $(patsubst state/%.done,%,$@)\n"
                       ".PHONY: join\n");
    return write_file(farm, "Makefile", &text, false, err);
}

zd_status zd_farm_write_scripts(const zd_farm *farm, zd_error *err)
{
    ZD_TRY(write_slurm(farm, err));
    ZD_TRY(write_openjd(farm, err));
    return write_makefile(farm, err);
}
