# machine.sh FOLDER NAME PYTHON SSHD: the first process of a machine, which has /home, /etc and /tmp of its own.
set -eu
folder=$1 name=$2 python=$3 sshd=$4
mount --make-rprivate /
echo "$name" >/proc/sys/kernel/hostname
mount --bind "$python" "$folder/$name/python"
mount --bind "$folder/wheels" "$folder/$name/home/wheels"
for place in root run dev/shm var/log; do mount -t tmpfs -o mode=755 tmpfs "/$place"; done
chmod 1777 /dev/shm
mkdir /run/sshd
mount --rbind "$folder/$name/home" /home
mount --bind "$folder/$name/etc" /etc
mkdir -p "$python" # it may lie below /root or /home
mount --bind "$folder/$name/python" "$python"
mount --bind "$folder/$name/tmp" /tmp
env -i PATH="$PATH" "$sshd" -D -e -f /dev/null -h /etc/ssh/key_of_machine -o UsePAM=no -o PidFile=none &
echo ready
wait
