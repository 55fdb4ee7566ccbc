#!/bin/bash
# A named experiment as a job array of Slurm: each task runs one part on one core.
#
#     target/release/course sweep                                      # compiles the program, and lists the experiments
#     sbatch --array=1-8 tests/sweep/slurm_sweep.sh bandits 8 parts    # eight parts, into the folder parts/
#     target/release/course sweep bandits --merge parts/bandits-*.jsonl --out bandits.jsonl
#
# The array counts from 1 to the number of parts. A part that died is run again by its number; the number of parts stays:
#
#     sbatch --array=3 tests/sweep/slurm_sweep.sh bandits 8 parts
#
# That is what the merge asks for where runs are missing. Submit it in the course's folder, which all machines must see. Without
# Slurm, SLURM_ARRAY_TASK_ID=3 bash tests/sweep/slurm_sweep.sh bandits 8 parts runs one part; on a real cluster it is untried.
#SBATCH --job-name=sweep
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --output=%x-%A-%a.log
set -euo pipefail

if (($# < 3)); then
    echo "usage: sbatch --array=1-PARTS $0 EXPERIMENT PARTS FOLDER [--runs R]" >&2
    exit 2
fi
name=$1 parts=$2 folder=$3
part=${SLURM_ARRAY_TASK_ID:?is set by sbatch --array=1-$parts}
mkdir -p "$folder"
exec "${SWEEP:-target/release/sweep}" "$name" --shard "$part/$parts" --jobs "${SLURM_CPUS_PER_TASK:-1}" \
    --out "$folder/$name-$part.jsonl" "${@:4}"
