# network.sh FOLDER PYTHON SSHD NAME=ADDRESS…: the first process of a network with a bridge and these machines.
# It ends, and with it all that runs in its machines, when its input is closed.
set -eu
folder=$1 python=$2 sshd=$3
shift 3
mount -t tmpfs -o mode=755 tmpfs /run # where ip keeps the names of networks
ip link set lo up
ip link add bridge type bridge
ip address add 10.0.0.254/24 dev bridge
ip link set bridge up
for machine; do
  name=${machine%%=*}
  ip netns add "$name"
  ip link add "to-$name" type veth peer name eth0 netns "$name"
  ip link set "to-$name" master bridge up
  ip -n "$name" address add "${machine##*=}/24" dev eth0
  ip -n "$name" link set eth0 up
  ip -n "$name" link set lo up
  ip netns exec "$name" unshare --mount --pid --fork --kill-child --mount-proc --uts \
    bash "${0%/*}/machine.sh" "$folder" "$name" "$python" "$sshd" </dev/null >"$folder/$name/log" 2>&1 &
  echo $! >"$folder/$name/process"
done
for machine; do
  name=${machine%%=*}
  until grep -qx ready "$folder/$name/log"; do
    kill -0 "$(cat "$folder/$name/process")"
    sleep 0.2
  done
done
echo ready
read -r _ || true
